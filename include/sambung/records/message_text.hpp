#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/message.hpp>

namespace sambung {

// The most of a message that is searched, in bytes: its beginning.
inline constexpr std::size_t max_message_text_bytes = 65'536;

// What a search finds a message by. Follows from the message, which is whole before it is written and changes no more.
struct message_text {
  message_id id;  // the message's
  sambung::chat_id chat_id;
  user_id owner_id;  // the chat's
  sambung::role role = role::user;
  std::string text;   // of its text parts, up to max_message_text_bytes
  std::string marks;  // words that say where it is: up to 300 bytes
  timestamp created_at;
};
SAMBUNG_DESCRIBE_STRUCT(message_text, (), (id, chat_id, owner_id, role, text, marks, created_at))

SAMBUNG_API record_description describe_record(record_of<message_text>);

// How far the messages that were there before texts were searched have been gone through, newest first.
struct text_progress {
  std::string what;                 // of what: "messages"
  std::optional<message_id> place;  // the oldest that was; none: not begun
  std::optional<timestamp> since;   // when that was written
  bool done = false;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(text_progress, (), (what, place, since, done, revision))

SAMBUNG_API record_description describe_record(record_of<text_progress>);

}  // namespace sambung
