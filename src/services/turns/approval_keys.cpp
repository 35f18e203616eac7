#include "services/turns/approval_keys.hpp"

#include "core/sha256.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace sambung {
namespace {

// A UUID of version 8 (RFC 9562, section 5.8): 122 bits of the hash.
uuid hashed(std::string const& text) {
  auto const digest = sha256(text);
  uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x80);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

}  // namespace

tool_decision_id decision_id_of(message_id answer, std::string const& call) {
  return tool_decision_id{hashed(to_string(answer) + '/' + call)};
}

tool_grant_id grant_id_of(user_id owner, std::optional<chat_id> where, std::string const& fingerprint) {
  return tool_grant_id{hashed(to_string(owner) + '/' + (where ? to_string(*where) : "") + '/' + fingerprint)};
}

// No name has a NUL, and no description that a model could be told.
std::string fingerprint_of(tool const& one) {
  return sha256_hex(one.name() + '\0' + one.description() + '\0' + boost::json::serialize(one.schema()));
}

}  // namespace sambung
