#include "core/hashed_id.hpp"

#include "core/sha256.hpp"

#include <algorithm>

namespace sambung {

uuid hashed_id(std::string_view text) {
  auto const digest = sha256(text);
  uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x80);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

}  // namespace sambung
