// history: what a scenario asked for and what it was told, in the order in which it happened.
#pragma once

#include <sambung/core/id.hpp>
#include <sambung/records/message.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sambung::tests {

// A tenant with a user in it. Every text of it carries its canary, and nobody else's text may.
struct account_made {
  tenant_id tenant;
  user_id user;
  std::string canary;
};

struct chat_asked {
  user_id owner;
  std::string key;  // its idempotency key and its title
};
struct chat_made {
  std::string key;
  chat_id chat;
};

struct send_asked {
  chat_id chat;
  std::string key;     // names the send in this history
  bool keyed = false;  // whether it is the idempotency key as well
  std::string text;    // no other send has it
};
// turn_started: both messages are stored.
struct question_stored {
  std::string key;
  message_id question;
  message_id answer;
};
// Somebody else read so much of the answer in storage while it was written.
struct text_flushed {
  std::string key;
  std::size_t bytes = 0;
};
// turn_finished: the answer is stored as it was told.
struct answer_final {
  std::string key;
  message_state state = message_state::complete;
  std::string text_hash;  // SHA-256
};

using history_event =
    std::variant<account_made, chat_asked, chat_made, send_asked, question_stored, text_flushed, answer_final>;
using history = std::vector<history_event>;
using history_sink = std::function<void(history_event)>;

// One line without its end, and back; empty for a line that is none.
std::string to_line(history_event const& event);
std::optional<history_event> parse_history_line(std::string const& line);

// Thread safety: safe to use from any thread.
class history_collector {
 public:
  void add(history_event event) {
    std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  history taken() const {
    std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  history events_;
};

}  // namespace sambung::tests
