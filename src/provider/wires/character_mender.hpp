// character_mender: JSON whose texts were cut in the middle of a character, as vendors do that stream token by token:
// the halves come in two chunks, each of them no valid JSON by itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sambung {

class character_mender {
 public:
  // Whether the half of a character was seen at the end of a text: the next chunk has to have its rest.
  bool waits() const { return !begun_.empty(); }

  // `json` with whole characters only: a half at the end of its last cut text waits for the next chunk, the rest of one
  // that waited is put together with it. Empty when there are halves without the other, or what is no character.
  // Linear in its bytes.
  std::optional<std::string> mended(std::string_view json);

 private:
  std::string begun_;  // bytes, or an escape
};

}  // namespace sambung
