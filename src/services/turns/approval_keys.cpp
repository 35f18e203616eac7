#include "services/turns/approval_keys.hpp"

#include "core/hashed_id.hpp"
#include "core/sha256.hpp"

#include <boost/json/serialize.hpp>

namespace sambung {

tool_decision_id decision_id_of(message_id answer, std::string const& call) {
  return tool_decision_id{hashed_id(to_string(answer) + '/' + call)};
}

tool_grant_id grant_id_of(user_id owner, std::optional<chat_id> where, std::string const& fingerprint) {
  return tool_grant_id{hashed_id(to_string(owner) + '/' + (where ? to_string(*where) : "") + '/' + fingerprint)};
}

// No name has a NUL, and no description that a model could be told.
std::string fingerprint_of(tool const& one) {
  return sha256_hex(one.name() + '\0' + one.description() + '\0' + boost::json::serialize(one.schema()));
}

}  // namespace sambung
