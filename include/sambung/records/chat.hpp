#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/records/folder.hpp>

namespace sambung {

enum class chat_state { active, deleting };
SAMBUNG_DESCRIBE_ENUM(chat_state, active, deleting)

// A conversation: a tree of messages with a head, which is the message that the next one answers.
struct chat {
  chat_id id;
  user_id owner_id;
  std::string title;          // up to 200 bytes
  std::string model;          // "provider/model", up to 200 bytes
  std::string system_prompt;  // put in front of every request; empty: none; up to 64 KiB
  std::optional<message_id> head_id;
  std::optional<std::int64_t> cancel_after_ms;  // stop a turn this long after its last reader left; none: never
  chat_state state = chat_state::active;
  timestamp created_at;
  timestamp updated_at;  // when it was last changed or sent to
  std::int64_t revision = 1;
  std::optional<std::string> external_id;  // the application's own key for it: unique in the tenant, 1 to 200 bytes
  std::optional<sambung::folder_id> folder_id;  // none: in no folder
  bool pinned = false;                          // stands in front of the others in lists
  bool archived = false;                        // put away: only in lists of what is
  timestamp active_at;                          // when it was made or last sent to; 1970: before this was noted
  bool has_setup = false;                       // each of its turns has more than its history: see chat_setup
};
SAMBUNG_DESCRIBE_STRUCT(chat, (),
                        (id, owner_id, title, model, system_prompt, head_id, cancel_after_ms, state, created_at,
                         updated_at, revision, external_id, folder_id, pinned, archived, active_at, has_setup))

SAMBUNG_API record_description describe_record(record_of<chat>);

}  // namespace sambung
