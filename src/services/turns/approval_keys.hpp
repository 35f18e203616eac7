// The keys of decisions and grants: hashes of what they are about, so that the same question has one row and the same
// grant another, whoever stores them first.
#pragma once

#include <sambung/records/tool_decision.hpp>
#include <sambung/records/tool_grant.hpp>
#include <sambung/services/turns/tool.hpp>

namespace sambung {

tool_decision_id decision_id_of(message_id answer, std::string const& call);
tool_grant_id grant_id_of(user_id owner, std::optional<chat_id> where, std::string const& fingerprint);

// SHA-256 of what a model is told of a tool, as 64 hexadecimal digits.
std::string fingerprint_of(tool const& one);

}  // namespace sambung
