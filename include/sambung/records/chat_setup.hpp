#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/records/prompt_use.hpp>

namespace sambung {

// What a new question in a chat is asked with beside the system prompt and the history. Another answer to a question is
// made as the first one was, whatever the chat is set up with since.
struct chat_setup_content {
  chat_setup_content() = default;

  // A kept prompt around each question, but for a turn that names one itself: it must not ask by itself. Its values
  // have max_kept_value_bytes at most.
  std::optional<prompt_use> prompt;
  friend bool operator==(chat_setup_content const&, chat_setup_content const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(chat_setup_content, (), (prompt))

// How a chat is set up. A chat that never was has none.
struct chat_setup : chat_setup_content {
  chat_id id;  // the chat's
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 0;  // 0: it never was
};
SAMBUNG_DESCRIBE_STRUCT(chat_setup, (chat_setup_content), (id, created_at, updated_at, revision))

SAMBUNG_API record_description describe_record(record_of<chat_setup>);

}  // namespace sambung
