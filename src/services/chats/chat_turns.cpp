#include <sambung/services/chats/chats.hpp>

#include "services/chats/prompted_question.hpp"
#include "services/chats/question.hpp"
#include "services/turns/chat_access.hpp"
#include "services/turns/message_path.hpp"
#include "services/turns/turn_opening.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {
namespace {

// What tells a call with a prompt from others: what was asked for, not what the prompt makes of it now.
std::string prompt_text(send_options const& how) { return how.prompt ? to_json_text(*how.prompt) : std::string(); }

// What a turn with a question of its own adds to its chat: the question, with what the prompt makes of it.
exchange asked_with(message question, prompted_question asked, std::string const& encoded) {
  bool const by_prompt = asked.prompt && asked.prompt->question;
  question.parts = std::move(asked.parts);
  new_question stored(question, by_prompt ? to_json_text(question.parts) : encoded);
  exchange what(std::move(stored), std::move(question));
  what.how = std::move(asked.how);
  what.prompt = std::move(asked.prompt);
  return what;
}

task<turn> send_message(core_ptr core, principal who, chat_id id, std::vector<part> parts, send_options how) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  check_options(how);
  if (!how.prompt || !parts.empty()) check_parts(parts);
  auto const encoded = to_json_text(parts);
  idempotent_call const call(*core, access.rows(), access.user(), "message.send", how.idempotency_key,
                             [&] { return to_string(id) + encoded + prompt_text(how); });
  exchange_maker const make = [&](chat_head const& before) -> task<exchange> {
    auto asked = co_await with_prompt(access, before.chat, parts, how);
    auto head = before.head;
    if (!head) {
      auto start = co_await start_of(*core, access.rows(), before.chat);
      head = std::move(start.first);
    }
    auto what = asked_with(new_message(access, id, role::user, head ? &*head : nullptr), std::move(asked), encoded);
    what.before = std::move(head);
    co_return what;
  };
  co_return co_await begin_turn(access, id, call, make);
}

// How another answer stands to the one beside it.
enum class another { anew, continued };

void demand_text(message const& answer) {
  if (text_of(answer.parts).empty())
    throw error(failure(errc::invalid_argument, "there is no text to go on with", {{"messageId", "has no text"}}));
}

task<turn> answer_again(core_ptr core, principal who, message_id answer, send_options how, another as) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  check_options(how);
  auto const [again, home] = co_await access.own(answer);
  if (again.role != role::assistant || !again.parent_id)
    throw error(failure(errc::invalid_argument, "only an answer can be made again", {{"messageId", "not an answer"}}));
  if (as == another::continued) demand_text(again);
  idempotent_call const call(*core, access.rows(), access.user(),
                             as == another::anew ? "message.regenerate" : "message.continue", how.idempotency_key,
                             [&] { return to_string(answer); });
  exchange_maker const make = [&](chat_head const& before) -> task<exchange> {
    auto as_before = co_await with_prompt_of(access, before.chat, again, how);
    auto asked = (co_await core->records<message>(access.rows()).get(*again.parent_id)).value();
    exchange what(std::nullopt, std::move(asked));
    what.how = std::move(as_before.how);
    what.prompt = std::move(as_before.prompt);
    if (as == another::continued) what.begun = again;
    co_return what;
  };
  co_return co_await begin_turn(access, home.id, call, make);
}

task<turn> edit_message(core_ptr core, principal who, message_id original, std::string text, send_options how) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  check_options(how);
  std::vector<part> parts;
  parts.push_back(text_part{std::move(text), {}});
  check_parts(parts);
  auto const encoded = to_json_text(parts);
  auto const [before, home] = co_await access.own(original);
  if (before.role != role::user)
    throw error(failure(errc::invalid_argument, "only a user's message can be edited", {{"messageId", "not yours"}}));
  idempotent_call const call(*core, access.rows(), access.user(), "message.edit", how.idempotency_key,
                             [&] { return to_string(original) + encoded + prompt_text(how); });
  exchange_maker const make = [&](chat_head const& now) -> task<exchange> {
    auto asked = co_await with_prompt(access, now.chat, parts, how);
    auto question = new_message(access, home.id, role::user, nullptr);
    question.parent_id = before.parent_id;
    question.depth = before.depth;
    co_return asked_with(std::move(question), std::move(asked), encoded);
  };
  co_return co_await begin_turn(access, home.id, call, make);
}

task<message> stop_answer(core_ptr core, principal who, message_id answer) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  auto const found = co_await access.own(answer);
  if (found.first.state != message_state::streaming) co_return found.first;
  if (auto const running = core->turns->running.find(access.rows(), answer)) {
    running->interrupt(live_turn::interruption::stop);
    co_await running->ended();
  } else {
    // It runs on another engine, which sees the wish when it next renews its lease.
    auto ask = update<active_turn>(answer).set(&active_turn::stop_requested, true);
    auto const asked = co_await core->records<active_turn>(access.rows()).write(std::move(ask));
    if (!asked && asked.error().code != errc::not_found) throw error(asked.error());
    auto reader = co_await follow(access, answer, 0);
    co_return co_await reader.answer();
  }
  co_return (co_await core->records<message>(access.rows()).get(answer)).value();
}

task<turn> resume_answer(core_ptr core, principal who, message_id answer, std::int64_t after) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  co_return co_await follow(access, answer, after);
}

}  // namespace

task<turn> chats::send(chat_id id, std::string text, send_options how) const {
  std::vector<part> parts;
  if (!text.empty() || !how.prompt) parts.push_back(text_part{std::move(text), {}});
  return send(id, std::move(parts), std::move(how));
}

task<turn> chats::send(chat_id id, std::vector<part> parts, send_options how) const {
  return send_message(core_, who_, id, std::move(parts), std::move(how));
}

task<turn> chats::regenerate(message_id answer, send_options how) const {
  return answer_again(core_, who_, answer, std::move(how), another::anew);
}

task<turn> chats::continue_answer(message_id answer, send_options how) const {
  return answer_again(core_, who_, answer, std::move(how), another::continued);
}

task<turn> chats::edit(message_id original, std::string text, send_options how) const {
  return edit_message(core_, who_, original, std::move(text), std::move(how));
}

task<message> chats::stop(message_id answer) const { return stop_answer(core_, who_, answer); }

task<turn> chats::resume(message_id answer, std::int64_t after) const {
  return resume_answer(core_, who_, answer, after);
}

}  // namespace sambung
