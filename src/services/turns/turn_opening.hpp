// Starting a turn: what it adds to its chat is stored in one batch, then it runs by itself.
#pragma once

#include <sambung/provider/provider.hpp>
#include <sambung/services/turns/send_options.hpp>
#include <sambung/services/turns/turns.hpp>
#include <sambung/storage/batch.hpp>

#include "services/base/idempotency.hpp"
#include "services/turns/chat_access.hpp"
#include "services/turns/recent_heads.hpp"
#include "services/turns/used_prompt.hpp"

#include <functional>

namespace sambung {

struct resolved_model {
  std::string full_name;       // "provider/model"; an alias's model
  std::string provider_name;   // in the registry
  std::string provider_model;  // the provider's own name
  std::shared_ptr<sambung::provider> provider;
};

// `name` may be an alias. Throws error(errc::invalid_argument) for a model that nobody offers.
resolved_model resolve(engine_core& core, std::string const& name);

// A new user's message on its way to storage.
class new_question {
 public:
  // `parts` are its parts as JSON, encoded once for everything that needs them so.
  new_question(message const& from, std::string parts);

  message_id const& id() const { return id_; }
  change inserted() const { return row_; }

 private:
  message_id id_;
  insert_row row_;
};

// What a new turn adds to its chat.
struct exchange {
  exchange(std::optional<new_question> question_, message asked_, std::optional<message> before_ = std::nullopt)
      : question(std::move(question_)), asked(std::move(asked_)), before(std::move(before_)) {}

  std::optional<new_question> question;  // none: `asked` is answered again
  message asked;                         // what the answer answers
  std::optional<message> before;         // the parent of `asked`, when it was read
  send_options how;
  std::optional<used_prompt> prompt;  // that it is sent with
  std::optional<message> begun;       // an answer to `asked` that is gone on with
};

// A message in `chat` behind `parent`, or a root without one.
message new_message(chat_access const& access, chat_id chat, role who, message const* parent);

// The chat with `head` as its head, last sent to now.
chat moved_to(chat_access const& access, chat const& before, message const& head);
// From the one to the other, if it is stored as it was.
change move_of(chat const& before, chat const& after);

// When a turn holds the chat: settles it if it is lost, throws error(errc::conflict) if it runs.
task<void> clear_lost_turn(chat_access const& access, chat_id id);

// What the turn adds to the chat as it is now; asked again when the chat has changed in between.
using exchange_maker = std::function<task<exchange>(chat_head const&)>;

// Stores the exchange and starts its turn, or follows the one that an earlier call with the same key started. Throws
// error: see chats::send.
task<turn> begin_turn(chat_access const& access, chat_id id, idempotent_call const& call, exchange_maker const& make);

// Reads the turn of one of the caller's own answers, wherever it runs or ran. Throws error(errc::not_found) for
// another's, error(errc::invalid_argument) for a message that is no answer.
task<turn> follow(chat_access const& access, message_id answer, std::int64_t after);

}  // namespace sambung
