#pragma once

#include <sambung/records/part.hpp>

namespace sambung {

// pending -> streaming -> complete | incomplete | failed | cancelled; only the last four are final.
enum class message_state { pending, streaming, complete, incomplete, failed, cancelled };
BOOST_DESCRIBE_ENUM(message_state, pending, streaming, complete, incomplete, failed, cancelled)

// One message of a chat. Its siblings, with the same parent, are alternatives.
struct message {
  message_id id;
  sambung::chat_id chat_id;
  std::optional<message_id> parent_id;  // none for a root
  std::int64_t depth = 0;               // 0 for a root, one more than its parent's
  sambung::role role = role::user;
  std::vector<part> parts;
  message_state state = message_state::complete;
  std::optional<std::string> reason;          // why it is incomplete or failed: "server_lost", the name of an errc
  std::optional<std::string> model;           // what answered: "provider/model"; none on a user's message
  std::optional<std::string> finish_reason;   // the vendor's word for why it ended
  std::optional<token_usage> usage;           // of every call of its turn; none when nothing was used
  std::optional<std::int64_t> cost_microusd;  // none when nothing was used or no price is known
  std::optional<std::int64_t> last_event;     // the number of its turn's last event, once that ended
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(message, (),
                      (id, chat_id, parent_id, depth, role, parts, state, reason, model, finish_reason, usage,
                       cost_microusd, last_event, created_at, updated_at, revision))

record_description describe_record(record_of<message>);

}  // namespace sambung
