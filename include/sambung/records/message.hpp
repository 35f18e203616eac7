#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/part.hpp>

namespace sambung {

// pending -> streaming -> complete | incomplete | failed | cancelled; only the last four are final.
enum class message_state { pending, streaming, complete, incomplete, failed, cancelled };
SAMBUNG_DESCRIBE_ENUM(message_state, pending, streaming, complete, incomplete, failed, cancelled)

// Why an answer is incomplete or failed: the errc of that name, or what became of its server.
enum class message_reason {
  invalid_argument,
  unauthenticated,
  permission_denied,
  not_found,
  conflict,
  already_exists,
  rate_limited,
  quota_exceeded,
  payload_too_large,
  unsupported,
  provider_error,
  unavailable,
  deadline_exceeded,
  cancelled,
  data_loss,
  internal,
  shutdown,    // it was shut down
  lease_lost,  // another server took the turn for lost
  server_lost  // it went away
};
SAMBUNG_DESCRIBE_ENUM(message_reason, invalid_argument, unauthenticated, permission_denied, not_found, conflict,
                      already_exists, rate_limited, quota_exceeded, payload_too_large, unsupported, provider_error,
                      unavailable, deadline_exceeded, cancelled, data_loss, internal, shutdown, lease_lost, server_lost)

SAMBUNG_API message_reason reason_of(errc code);
// Empty for what became of the server.
SAMBUNG_API std::optional<errc> errc_of(message_reason reason);

// How an answer ended. What tells it inherits this.
struct answer_end {
  message_state state = message_state::complete;
  std::optional<message_reason> reason;       // for incomplete and failed
  std::optional<std::string> finish_reason;   // the vendor's word for why it ended; max_steps_word
  std::optional<token_usage> usage;           // of every call of its turn; none when nothing was used
  std::optional<std::int64_t> cost_microusd;  // none when nothing was used or no price is known
};
SAMBUNG_DESCRIBE_STRUCT(answer_end, (), (state, reason, finish_reason, usage, cost_microusd))

// The finish_reason of a turn that might not go on although its model wanted to call tools.
inline constexpr std::string_view max_steps_word = "max_steps";

// The most parts that a message may have: those of a turn of many steps.
inline constexpr std::size_t max_message_parts = 16'384;

// One message of a chat. Its siblings, with the same parent, are alternatives.
struct message : answer_end {
  message_id id;
  sambung::chat_id chat_id;
  std::optional<message_id> parent_id;  // none for a root
  std::int64_t depth = 0;               // 0 for a root, one more than its parent's
  sambung::role role = role::user;
  std::vector<part> parts;
  std::optional<std::string> model;        // what answered: "provider/model"; none on a user's message
  std::optional<std::int64_t> last_event;  // the number of its turn's last event, once that ended
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(message, (answer_end),
                        (id, chat_id, parent_id, depth, role, parts, model, last_event, created_at, updated_at,
                         revision))

SAMBUNG_API record_description describe_record(record_of<message>);

}  // namespace sambung
