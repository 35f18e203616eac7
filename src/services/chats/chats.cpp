#include <sambung/services/chats/chats.hpp>

#include "core/demand_id.hpp"
#include "services/base/own_tables.hpp"
#include "services/base/searched_text.hpp"
#include "services/base/system_records.hpp"
#include "services/chats/chat_search.hpp"
#include "services/chats/message_pages.hpp"
#include "services/turns/chat_removal.hpp"
#include "services/turns/recent_heads.hpp"
#include "services/turns/turn_opening.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {
namespace {

task<path_start> first_of_page(chat_access const& access, chat const& home, page_request const& which,
                               std::optional<message_id> leaf) {
  if (which.cursor) {
    auto const parsed = parse_uuid(*which.cursor);
    if (!parsed) throw error(failure(errc::invalid_argument, "not a cursor of this list", {{"cursor", "unknown"}}));
    leaf = message_id{*parsed};
  }
  co_return co_await path_from(access, home, leaf);
}

// Whether a batch was refused for what was there already, as that of a repetition is.
bool may_be_repetition(failure const& why) { return why.code == errc::already_exists || was_overtaken(why); }

// `own` comes first: a failure names its changes as the application does.
task<chat> create_chat(core_ptr core, principal who, new_chat from, batch own) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  validate(from).value();
  demand_own_tables(*core, own);
  if (from.id) demand_id(from.id->value, "id");
  resolve(*core, from.model);
  idempotent_call const call(*core, access.rows(), access.user(), "chat.create", from.idempotency_key,
                             [&] { return to_json_text(from); });
  if (auto const first = co_await call.earlier()) co_return co_await access.own(chat_id{*first});

  chat made;
  made.id = from.id ? *from.id : core->ids->next<chat_id>();
  made.owner_id = access.user();
  made.title = std::move(from.title);
  made.model = std::move(from.model);
  made.system_prompt = std::move(from.system_prompt);
  made.cancel_after_ms = from.cancel_after_ms;
  made.external_id = std::move(from.external_id);
  made.created_at = made.updated_at = made.active_at = core->clock->now();
  validate(made).value();
  call.record(own, made.id.value);
  auto const place = own.put(insert(made));
  auto const written = co_await core->store->write(access.rows(), std::move(own));
  if (written) co_return made;
  if (may_be_repetition(written.error()))
    if (auto const first = co_await call.earlier()) co_return co_await access.own(chat_id{*first});
  if (written.error().code == errc::already_exists && place.failed(written.error()))
    throw error(errc::already_exists, "there is a chat of that id or external id");
  throw error(written.error());
}

task<chat> read_chat(core_ptr core, principal who, chat_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  co_return co_await access.own(id);
}

task<page<chat>> search_chats(core_ptr core, principal who, std::string text, page_request which) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  demand_searched(text);
  co_return co_await find_chats(access, text, std::move(which));
}

task<chat> update_chat(core_ptr core, principal who, chat_id id, chat_update changes, std::int64_t revision) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  validate(changes).value();
  auto changed = co_await access.own(id);
  if (changed.revision != revision) throw error(errc::conflict, "the chat has changed since");
  if (changes.model) resolve(*core, *changes.model);
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
  changed.updated_at = core->clock->now();
  changed.revision = revision + 1;
  auto change = update<chat>(id)
                    .set(&chat::title, changed.title)
                    .set(&chat::model, changed.model)
                    .set(&chat::system_prompt, changed.system_prompt)
                    .set(&chat::head_id, changed.head_id)
                    .set(&chat::cancel_after_ms, changed.cancel_after_ms)
                    .set(&chat::updated_at, changed.updated_at)
                    .set(&chat::revision, changed.revision)
                    .when(&chat::revision, revision)
                    .when(&chat::state, chat_state::active);
  (co_await core->records<chat>(access.rows()).write(std::move(change))).value();
  co_return changed;
}

task<void> remove_chat(core_ptr core, principal who, chat_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  auto const found = co_await access.own(id);
  auto hide = update<chat>(id)
                  .set(&chat::state, chat_state::deleting)
                  .set(&chat::external_id, std::nullopt)
                  .set(&chat::revision, found.revision + 1)
                  .when(&chat::state, chat_state::active);
  auto const hidden = co_await core->records<chat>(access.rows()).write(std::move(hide));
  if (!hidden)
    throw error(hidden.error().code == errc::conflict ? errc::not_found : hidden.error().code, hidden.error().message);
  auto const leases = core->records<active_turn>(access.rows());
  auto const lease = co_await leases.first(leases.where(&active_turn::chat_id, id));
  if (lease)
    if (auto const running = core->turns->running.find(access.rows(), lease->id)) {
      running->interrupt(live_turn::interruption::stop);
      co_await running->ended();
    }
  co_await erase_chat(*core, access.rows(), id);
  core->turns->heads.take(access.rows(), access.user(), id);
}

task<page<message>> list_messages(core_ptr core, principal who, chat_id id, page_request which,
                                  std::optional<message_id> leaf) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  detail::check_page(which).value();
  auto const home = co_await access.own(id);
  auto start = co_await first_of_page(access, home, which, leaf);
  co_return co_await page_of_path(access, std::move(start), which.limit, max_read_bytes);
}

task<message> read_message(core_ptr core, principal who, message_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto found = co_await access.own(id);
  co_return co_await with_flushed_text(*core, access.rows(), std::move(found.first));
}

task<page<message>> list_alternatives(core_ptr core, principal who, message_id id, page_request which) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto const [one, home] = co_await access.own(id);
  query q = collection<message>::where(&message::chat_id, home.id);
  q = std::move(q).where(where(&message::depth, one.depth)).order({}, direction::ascending);
  auto beside = (co_await core->records<message>(access.rows()).list(std::move(q), std::move(which))).value();
  // The tree may have branched before: then others are as deep.
  std::erase_if(beside.items, [&](message const& other) { return other.parent_id != one.parent_id; });
  for (auto& item : beside.items) item = co_await with_flushed_text(*core, access.rows(), std::move(item));
  co_return beside;
}

}  // namespace

record_description describe_record(record_of<chat_list_options>) { return record<chat_list_options>().all_optional(); }

chats::chats(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

task<chat> chats::create(std::string title, std::string model) const {
  return create(new_chat(std::move(title), std::move(model)));
}

task<chat> chats::create(new_chat from) const { return create(std::move(from), batch()); }

task<chat> chats::create(new_chat from, batch own) const {
  return create_chat(core_, who_, std::move(from), std::move(own));
}

task<chat> chats::get(chat_id id) const { return read_chat(core_, who_, id); }

task<page<chat>> chats::search(std::string text, page_request which) const {
  return search_chats(core_, who_, std::move(text), std::move(which));
}

task<chat> chats::update(chat_id id, chat_update changes, std::int64_t revision) const {
  return update_chat(core_, who_, id, std::move(changes), revision);
}

task<chat> chats::rename(chat_id id, std::string title, std::int64_t revision) const {
  chat_update changes;
  changes.title = std::move(title);
  return update(id, std::move(changes), revision);
}

task<void> chats::remove(chat_id id) const { return remove_chat(core_, who_, id); }

task<page<message>> chats::messages(chat_id id, page_request which, std::optional<message_id> leaf) const {
  return list_messages(core_, who_, id, std::move(which), leaf);
}

task<message> chats::get_message(message_id id) const { return read_message(core_, who_, id); }

task<page<message>> chats::alternatives(message_id id, page_request which) const {
  return list_alternatives(core_, who_, id, std::move(which));
}

}  // namespace sambung
