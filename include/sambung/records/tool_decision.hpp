#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

using tool_decision_id = typed_id<struct tool_decision_tag>;

// What a person says of a call: it may be made this once; it and every further call of that tool in the chat, or
// everywhere in the tenant (see tool_grant); it may not be made.
enum class approval_verdict { once, chat, always, deny };
SAMBUNG_DESCRIBE_ENUM(approval_verdict, once, chat, always, deny)

// pending -> decided -> used, which says that the turn acted on it; or pending -> expired: nobody decided in time; or
// pending -> ended: nobody is asked any more.
enum class decision_state { pending, decided, used, expired, ended };
SAMBUNG_DESCRIBE_ENUM(decision_state, pending, decided, used, expired, ended)

// The most of a call's arguments that a question shows, in bytes.
inline constexpr std::size_t max_shown_arguments = 16'384;

// One call of a tool that a person was asked about, and what they said. Kept as long as its chat.
struct tool_decision {
  tool_decision_id id;  // a hash of the answer and the call
  sambung::chat_id chat_id;
  sambung::message_id message_id;  // the answer
  std::string call_id;             // of the call, in that answer
  user_id owner_id;                // whom the chat belongs to: who is asked
  std::string tool;                // its name
  std::string fingerprint;         // of the tool, as it was offered
  std::string arguments;           // JSON, as the model wrote it
  bool is_cut = false;             // these are the first max_shown_arguments of it
  decision_state state = decision_state::pending;
  std::optional<approval_verdict> verdict;
  std::optional<user_id> decided_by;
  std::optional<timestamp> decided_at;
  timestamp until;  // when a question that is pending ends, and a decision that is not used
  timestamp created_at;
};
SAMBUNG_DESCRIBE_STRUCT(tool_decision, (),
                        (id, chat_id, message_id, call_id, owner_id, tool, fingerprint, arguments, is_cut, state,
                         verdict, decided_by, decided_at, until, created_at))

SAMBUNG_API record_description describe_record(record_of<tool_decision>);

}  // namespace sambung
