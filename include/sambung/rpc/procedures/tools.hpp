// The procedures of approval: what a user says of calls that the engine's tools want to make.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// message.decideTool, message.getPendingTools, grants.list, grants.revoke
SAMBUNG_API void tool_procedures(procedure_registry& registry);

// What the caller says of a call of a tool; see chats::decide_tool().
struct tool_decision_input {
  sambung::message_id message_id;  // the answer
  std::string call_id;
  approval_verdict verdict = approval_verdict::deny;
};
SAMBUNG_DESCRIBE_STRUCT(tool_decision_input, (), (message_id, call_id, verdict))
SAMBUNG_API record_description describe_record(record_of<tool_decision_input>);

struct pending_tools_input : list_input {
  std::optional<sambung::chat_id> chat_id;  // without one: in every chat
};
SAMBUNG_DESCRIBE_STRUCT(pending_tools_input, (list_input), (chat_id))

struct tool_grant_reference {
  tool_grant_id id;
};
SAMBUNG_DESCRIBE_STRUCT(tool_grant_reference, (), (id))

}  // namespace sambung
