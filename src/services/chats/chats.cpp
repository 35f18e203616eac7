#include <sambung/services/chats/chats.hpp>

#include "services/turns/chat_access.hpp"
#include "services/turns/chat_removal.hpp"
#include "services/turns/message_path.hpp"
#include "services/turns/recent_heads.hpp"
#include "services/turns/turn_opening.hpp"
#include "services/turns/turn_table.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {
namespace {

// The most text one message of a user may have, in bytes.
constexpr std::size_t max_question_bytes = 1'048'576;

// What a user may send: text, images and files, at least one of them.
void check_parts(std::vector<part> const& parts) {
  validate(parts).value();
  std::vector<issue> issues;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto const path = "parts[" + std::to_string(i) + "]";
    if (auto const* text = std::get_if<text_part>(&parts[i])) {
      bytes += text->text.size();
      if (text->text.empty()) issues.push_back({path + ".text", "must not be empty"});
    } else if (auto const* image = std::get_if<image_part>(&parts[i])) {
      bytes += image->url.size();
    } else if (auto const* file = std::get_if<file_part>(&parts[i])) {
      bytes += file->url.size();
    } else {
      issues.push_back({path + ".type", "a user's message holds text, images and files"});
    }
  }
  if (parts.empty()) issues.push_back({"parts", "must not be empty"});
  if (!issues.empty()) {
    auto message = "invalid message: " + issues.front().path + ": " + issues.front().message;
    throw error(failure(errc::invalid_argument, std::move(message), std::move(issues)));
  }
  if (bytes > max_question_bytes)
    throw error(errc::payload_too_large, "a message has at most " + std::to_string(max_question_bytes) + " bytes");
}

task<message> first_of_page(chat_access const& access, chat const& home, page_request const& which,
                            std::optional<message_id> leaf) {
  auto start = leaf ? leaf : home.head_id;
  if (which.cursor) {
    auto const parsed = parse_uuid(*which.cursor);
    if (!parsed) throw error(failure(errc::invalid_argument, "not a cursor of this list", {{"cursor", "unknown"}}));
    start = message_id{*parsed};
  }
  auto found = (co_await readable_message(access.core(), access.rows(), *start)).value();
  if (found.chat_id != home.id) throw_not_found();
  co_return found;
}

}  // namespace

chats::chats(std::shared_ptr<engine_core> core, principal const& who)
    : core_(std::move(core)), who_(std::make_shared<principal const>(who)) {}

task<chat> chats::create(std::string title, std::string model) {
  new_chat from(std::move(title), std::move(model));
  co_return co_await create(std::move(from));
}

task<chat> chats::create(new_chat from) {
  chat_access const access(*core_, *who_, permission::chat_write);
  validate(from).value();
  resolve(*core_, from.model);
  idempotent_call const call(*core_, access.rows(), access.user(), "chat.create", from.idempotency_key,
                             [&] { return to_json_text(from); });
  if (auto const first = co_await call.earlier()) co_return co_await access.own(chat_id{*first});

  chat made;
  made.id = core_->ids->next<chat_id>();
  made.owner_id = access.user();
  made.title = std::move(from.title);
  made.model = std::move(from.model);
  made.system_prompt = std::move(from.system_prompt);
  made.cancel_after_ms = from.cancel_after_ms;
  made.created_at = made.updated_at = core_->clock->now();
  batch b;
  call.record(b, made.id.value);
  b.add(insert(made));
  auto const written = co_await core_->store->write(access.rows(), std::move(b));
  if (written) co_return made;
  if (written.error().code == errc::already_exists)
    if (auto const first = co_await call.earlier()) co_return co_await access.own(chat_id{*first});
  throw error(written.error());
}

task<chat> chats::get(chat_id id) {
  chat_access const access(*core_, *who_, permission::chat_read);
  co_return co_await access.own(id);
}

task<page<chat>> chats::list(page_request which) {
  chat_access const access(*core_, *who_, permission::chat_read);
  query q = collection<chat>::where(&chat::owner_id, access.user());
  q = std::move(q).where(where(&chat::state, chat_state::active));
  co_return (co_await core_->records<chat>(access.rows()).list(std::move(q), std::move(which))).value();
}

task<page<chat>> chats::search(std::string text, page_request which) {
  chat_access const access(*core_, *who_, permission::chat_read);
  text_query q(description_of<chat>().table, std::move(text));
  q = std::move(q).where(where(&chat::owner_id, access.user())).where(where(&chat::state, chat_state::active));
  co_return (co_await core_->records<chat>(access.rows()).search(std::move(q), std::move(which))).value();
}

task<chat> chats::rename(chat_id id, std::string title, std::int64_t revision) {
  chat_update changes;
  changes.title = std::move(title);
  co_return co_await update(id, std::move(changes), revision);
}

task<chat> chats::update(chat_id id, chat_update changes, std::int64_t revision) {
  chat_access const access(*core_, *who_, permission::chat_write);
  validate(changes).value();
  auto changed = co_await access.own(id);
  if (changed.revision != revision) throw error(errc::conflict, "the chat has changed since");
  if (changes.model) resolve(*core_, *changes.model);
  if (changes.head_id) {
    auto const [head, home] = co_await access.own(*changes.head_id);
    if (home.id != id) throw_not_found();
    if (head.state == message_state::streaming) throw error(errc::conflict, "that message is still streaming");
  }
  if (changes.title) changed.title = *changes.title;
  if (changes.model) changed.model = *changes.model;
  if (changes.system_prompt) changed.system_prompt = *changes.system_prompt;
  if (changes.head_id) changed.head_id = changes.head_id;
  if (changes.cancel_after_ms) {
    changed.cancel_after_ms = changes.cancel_after_ms;
    if (*changed.cancel_after_ms < 0) changed.cancel_after_ms.reset();
  }
  changed.updated_at = core_->clock->now();
  changed.revision = revision + 1;
  auto change = sambung::update<chat>(id)
                    .set(&chat::title, changed.title)
                    .set(&chat::model, changed.model)
                    .set(&chat::system_prompt, changed.system_prompt)
                    .set(&chat::head_id, changed.head_id)
                    .set(&chat::cancel_after_ms, changed.cancel_after_ms)
                    .set(&chat::updated_at, changed.updated_at)
                    .set(&chat::revision, changed.revision)
                    .when(&chat::revision, revision)
                    .when(&chat::state, chat_state::active);
  (co_await core_->records<chat>(access.rows()).write(std::move(change))).value();
  co_return changed;
}

task<void> chats::remove(chat_id id) {
  chat_access const access(*core_, *who_, permission::chat_write);
  auto const found = co_await access.own(id);
  auto hide = sambung::update<chat>(id)
                  .set(&chat::state, chat_state::deleting)
                  .set(&chat::revision, found.revision + 1)
                  .when(&chat::state, chat_state::active);
  auto const hidden = co_await core_->records<chat>(access.rows()).write(std::move(hide));
  if (!hidden)
    throw error(hidden.error().code == errc::conflict ? errc::not_found : hidden.error().code, hidden.error().message);
  auto const leases = core_->records<active_turn>(access.rows());
  auto const lease = co_await leases.first(leases.where(&active_turn::chat_id, id));
  if (lease)
    if (auto const running = core_->turns->running.find(access.rows(), lease->id)) {
      running->interrupt(live_turn::interruption::stop);
      co_await running->done();
    }
  co_await erase_chat(*core_, access.rows(), id);
  core_->turns->heads.take(access.rows(), access.user(), id);
}

task<page<message>> chats::messages(chat_id id, page_request which, std::optional<message_id> leaf) {
  chat_access const access(*core_, *who_, permission::chat_read);
  detail::check_page(which).value();
  auto const home = co_await access.own(id);
  page<message> found;
  if (!leaf && !home.head_id) co_return found;
  auto first = co_await first_of_page(access, home, which, leaf);
  message_path path(*core_, access.rows(), std::move(first), which.limit);
  std::size_t bytes = 0;
  while (auto next = co_await path.next()) {
    if (found.items.size() == which.limit || bytes >= max_read_bytes) {
      found.next_cursor = to_string(next->id);
      break;
    }
    found.items.push_back(co_await with_flushed_text(*core_, access.rows(), std::move(*next)));
    bytes += content_bytes(found.items.back().parts);
  }
  found.damaged = path.is_broken() ? 1 : 0;
  co_return found;
}

task<message> chats::get_message(message_id id) {
  chat_access const access(*core_, *who_, permission::chat_read);
  auto found = co_await access.own(id);
  co_return co_await with_flushed_text(*core_, access.rows(), std::move(found.first));
}

task<page<message>> chats::alternatives(message_id id, page_request which) {
  chat_access const access(*core_, *who_, permission::chat_read);
  auto const [one, home] = co_await access.own(id);
  query q = collection<message>::where(&message::chat_id, home.id);
  q = std::move(q).where(where(&message::depth, one.depth)).order({}, direction::ascending);
  auto beside = (co_await core_->records<message>(access.rows()).list(std::move(q), std::move(which))).value();
  // The tree may have branched before: then others are as deep.
  std::erase_if(beside.items, [&](message const& other) { return other.parent_id != one.parent_id; });
  for (auto& item : beside.items) item = co_await with_flushed_text(*core_, access.rows(), std::move(item));
  co_return beside;
}

task<turn> chats::send(chat_id id, std::string text, send_options how) {
  std::vector<part> parts;
  parts.push_back(text_part{std::move(text), {}});
  co_return co_await send(id, std::move(parts), std::move(how));
}

task<turn> chats::send(chat_id id, std::vector<part> parts, send_options how) {
  chat_access const access(*core_, *who_, permission::chat_write);
  validate(how).value();
  check_parts(parts);
  auto const encoded = to_json_text(parts);
  idempotent_call const call(*core_, access.rows(), access.user(), "message.send", how.idempotency_key,
                             [&] { return to_string(id) + encoded; });
  exchange_maker const make = [&](chat_head const& before) -> task<exchange> {
    auto head = before.head;
    if (!head && before.chat.head_id)
      head = (co_await readable_message(*core_, access.rows(), *before.chat.head_id)).value();
    auto question = new_message(access, id, role::user, head ? &*head : nullptr);
    question.parts = parts;
    exchange what(new_question(question, encoded), question, std::move(head));
    co_return what;
  };
  co_return co_await begin_turn(access, id, std::move(how), call, make);
}

task<turn> chats::regenerate(message_id answer, send_options how) {
  chat_access const access(*core_, *who_, permission::chat_write);
  validate(how).value();
  auto const [again, home] = co_await access.own(answer);
  if (again.role != role::assistant || !again.parent_id)
    throw error(failure(errc::invalid_argument, "only an answer can be made again", {{"messageId", "not an answer"}}));
  idempotent_call const call(*core_, access.rows(), access.user(), "message.regenerate", how.idempotency_key,
                             [&] { return to_string(answer); });
  exchange_maker const make = [&](chat_head const&) -> task<exchange> {
    auto asked = (co_await core_->records<message>(access.rows()).get(*again.parent_id)).value();
    exchange what(std::nullopt, std::move(asked));
    co_return what;
  };
  co_return co_await begin_turn(access, home.id, std::move(how), call, make);
}

task<turn> chats::edit(message_id original, std::string text, send_options how) {
  chat_access const access(*core_, *who_, permission::chat_write);
  validate(how).value();
  std::vector<part> parts;
  parts.push_back(text_part{std::move(text), {}});
  check_parts(parts);
  auto const encoded = to_json_text(parts);
  auto const [before, home] = co_await access.own(original);
  if (before.role != role::user)
    throw error(failure(errc::invalid_argument, "only a user's message can be edited", {{"messageId", "not yours"}}));
  idempotent_call const call(*core_, access.rows(), access.user(), "message.edit", how.idempotency_key,
                             [&] { return to_string(original) + encoded; });
  exchange_maker const make = [&](chat_head const&) -> task<exchange> {
    auto question = new_message(access, home.id, role::user, nullptr);
    question.parent_id = before.parent_id;
    question.depth = before.depth;
    question.parts = parts;
    exchange what(new_question(question, encoded), question);
    co_return what;
  };
  co_return co_await begin_turn(access, home.id, std::move(how), call, make);
}

task<message> chats::stop(message_id answer) {
  chat_access const access(*core_, *who_, permission::chat_write);
  auto const found = co_await access.own(answer);
  if (found.first.state != message_state::streaming) co_return found.first;
  if (auto const running = core_->turns->running.find(access.rows(), answer)) {
    running->interrupt(live_turn::interruption::stop);
    co_await running->done();
  } else {
    // It runs on another engine, which sees the wish when it next renews its lease.
    auto ask = sambung::update<active_turn>(answer).set(&active_turn::stop_requested, true);
    auto const asked = co_await core_->records<active_turn>(access.rows()).write(std::move(ask));
    if (!asked && asked.error().code != errc::not_found) throw error(asked.error());
    auto reader = co_await follow(access, answer, 0);
    co_return co_await reader.answer();
  }
  co_return (co_await core_->records<message>(access.rows()).get(answer)).value();
}

task<turn> chats::resume(message_id answer, std::int64_t after) {
  chat_access const access(*core_, *who_, permission::chat_read);
  co_return co_await follow(access, answer, after);
}

}  // namespace sambung
