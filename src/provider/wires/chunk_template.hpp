// chunk_template: recognises chunks that differ from one seen before in nothing but the text of delta.content (and of
// `obfuscation`, OpenAI's padding), and reads the text without building a DOM.
//
// Why it is equivalent to parsing: the rest of the chunk is compared byte for byte with a chunk that was parsed, and
// what stands in the holes is checked to be the inside of a valid JSON string. That each hole is the member it is taken
// for is itself proven by parsing, with other texts put in the holes, when the chunk is learnt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sambung {

class chunk_template {
 public:
  // Views into the chunk: the insides of JSON strings.
  struct texts {
    std::string_view content;
    std::string_view padding;
  };

  // Empty when `chunk` does not fit.
  std::optional<texts> match(std::string_view chunk) const;

  // Takes `chunk`, whose parse gave one text delta, `decoded`, and nothing else, for the pattern if that can be proven.
  // Gives up learning on a stream whose chunks are never alike. `members`, if there are any, are what clients get of
  // it, see vendor_chunk.
  void learn(std::string_view chunk, std::string_view decoded, std::string_view members);
  void matched() { misses_ = 0; }

  // What clients get of a chunk that matched.
  std::string members_with(texts const& found) const;

 private:
  // A text with one or two holes.
  struct pattern {
    std::string before;
    std::string between;
    std::string after;
    bool padded = false;

    static std::optional<pattern> of(std::string_view chunk, std::string_view decoded);
    std::string filled(texts const& with) const;
  };

  bool proven() const;

  pattern chunk_;
  pattern members_;
  bool learnt_ = false;
  int misses_ = 0;
};

}  // namespace sambung
