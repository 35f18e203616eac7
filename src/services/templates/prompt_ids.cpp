#include "services/templates/prompt_ids.hpp"

#include "core/sha256.hpp"

#include <algorithm>

namespace sambung {
namespace {

// A UUID of version 8 (RFC 9562, section 5.8): 122 bits of the hash.
uuid id_hashed_from(std::string const& text) {
  auto const digest = sha256(text);
  uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x80);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

}  // namespace

prompt_version_id version_id_of(prompt_template_id of, std::int64_t number) {
  return prompt_version_id{id_hashed_from(to_string(of) + "/version/" + std::to_string(number))};
}

prompt_label_id label_id_of(prompt_template_id of, std::string const& name) {
  return prompt_label_id{id_hashed_from(to_string(of) + "/label/" + name)};
}

}  // namespace sambung
