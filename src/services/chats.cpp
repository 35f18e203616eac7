#include <sambung/services/chats.hpp>

#include <sambung/security/permissions.hpp>
#include <sambung/security/principal.hpp>

#include "services/chat_removal.hpp"
#include "services/idempotency.hpp"
#include "services/message_path.hpp"
#include "services/turn_source.hpp"
#include "services/turn_table.hpp"
#include "storage/scope_access.hpp"

#include <boost/json/serialize.hpp>

namespace sambung {
namespace {

namespace json = boost::json;

// How often a write is tried again when others changed the chat in between.
constexpr int write_attempts = 8;

[[noreturn]] void throw_not_found() { throw error(errc::not_found, "not found"); }

// One caller's view of the chats: every method here has the tenant's scope and the owner's id.
class chat_access {
 public:
  chat_access(engine_core& core, principal const& who)
      : core_(core), user_(who.user()), role_(who.role()), scope_(scope_access::tenant(who.tenant())) {}

  engine_core& core() const { return core_; }
  scope const& who() const { return scope_; }
  user_id const& user() const { return user_; }

  void demand(permission wanted) const {
    if (!allows(role_, wanted)) throw error(errc::permission_denied, "your role does not allow this");
  }

  // The caller's own chat; another's is not found.
  task<chat> own(chat_id id) const {
    auto found = (co_await core_.records<chat>(scope_).get(id)).value();
    if (found.owner_id != user_ || found.state != chat_state::active) throw_not_found();
    co_return found;
  }

  // A message in one of the caller's own chats, and that chat.
  task<std::pair<message, chat>> own(message_id id) const {
    auto found = (co_await core_.records<message>(scope_).get(id)).value();
    auto home = co_await own(found.chat_id);
    co_return std::pair(std::move(found), std::move(home));
  }

 private:
  engine_core& core_;
  user_id user_;
  member_role role_;
  scope scope_;
};

// Checks a described input that did not come through the JSON codec.
template <class T>
void check_input(T const& input) {
  auto const checked = from_json<T>(to_json(input));
  if (!checked) throw error(checked.error());
}

// The most text one message of a user may have, in bytes.
constexpr std::size_t max_question_bytes = 1'048'576;

// What a user may send: text, images and files, at least one of them.
void check_parts(std::vector<part> const& parts) {
  check_input(parts);
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

struct resolved_model {
  std::string provider_model;
  std::shared_ptr<sambung::provider> provider;
};

resolved_model resolve(engine_core& core, std::string const& full) {
  auto name = parse_model_name(full).value();
  auto found = core.providers.find(name.provider);
  if (!found) throw error(failure(errc::invalid_argument, found.error().message, {{"model", found.error().message}}));
  return {std::move(name.model), std::move(*found)};
}

// --- starting a turn ------------------------------------------------------------------------------------------------

// What a new turn adds to its chat.
struct exchange {
  exchange(std::optional<message> question_, message asked_, std::optional<message> before_ = std::nullopt)
      : question(std::move(question_)), asked(std::move(asked_)), before(std::move(before_)) {}

  std::optional<message> question;  // a new user's message; none: `asked` is answered again
  message asked;                    // what the answer answers
  std::optional<message> before;    // the parent of `asked`, when it was read
};

message new_message(chat_access const& access, chat_id chat, role who, message const* parent) {
  message m;
  m.id = access.core().ids->next<message_id>();
  m.chat_id = chat;
  m.role = who;
  if (parent) {
    m.parent_id = parent->id;
    m.depth = parent->depth + 1;
  }
  m.created_at = m.updated_at = access.core().clock->now();
  return m;
}

message new_answer(chat_access const& access, message const& asked, std::string model) {
  auto answer = new_message(access, asked.chat_id, role::assistant, &asked);
  answer.state = message_state::streaming;
  answer.model = std::move(model);
  return answer;
}

// One batch: the key, the lease (whose uniqueness lets one turn run at a time), the head, and both messages.
batch opening_batch(chat_access const& access, idempotent_call const& call, chat const& before, exchange const& what,
                    message const& answer, active_turn const& lease) {
  batch b;
  call.record(b, answer.id.value);
  b.add(insert(lease));
  b.add(update<chat>(before.id)
            .set(&chat::head_id, answer.id)
            .set(&chat::updated_at, access.core().clock->now())
            .set(&chat::revision, before.revision + 1)
            .when(&chat::revision, before.revision)
            .when(&chat::state, chat_state::active));
  if (what.question) b.add(insert(*what.question));
  b.add(insert(answer));
  return b;
}

bool failed_at(failure const& why, std::size_t position) {
  return !why.issues.empty() && why.issues.front().path == "changes[" + std::to_string(position) + "]";
}

// Another turn holds the chat: settles it when it is lost, throws errc::conflict when it runs.
task<void> clear_lost_turn(chat_access const& access, chat_id id) {
  auto& core = access.core();
  auto const leases = core.records<active_turn>(access.who());
  auto const found = co_await leases.first(leases.where(&active_turn::chat_id, id));
  if (!found) co_return;
  if (!core.running->is_lost(access.who(), *found)) throw error(errc::conflict, "a turn is running in this chat");
  co_await core.running->settle(access.who(), *found);
}

turn follow(chat_access const& access, message answer, std::int64_t after) {
  if (auto running = access.core().running->find(access.who(), answer.id))
    return read_live(access.core(), std::move(running), after);
  return read_stored(access.core(), access.who(), std::move(answer), after);
}

task<turn> follow_earlier(chat_access const& access, uuid answer) {
  auto stored = (co_await access.core().records<message>(access.who()).get(message_id{answer})).value();
  co_return follow(access, std::move(stored), 0);
}

using exchange_maker = std::function<task<exchange>(chat const&)>;

// Stores the exchange that `make` gives for the chat as it is now, and starts the turn.
task<turn> begin_turn(chat_access const& access, chat_id id, send_options how, idempotent_call const& call,
                      exchange_maker const& make) {
  auto& core = access.core();
  if (auto const first = co_await call.earlier()) co_return co_await follow_earlier(access, *first);
  auto room = core.running->admit(access.who(), access.user()).value();
  for (int attempt = 0; attempt < write_attempts; ++attempt) {
    auto const before = co_await access.own(id);
    auto const model_name = how.model.value_or(before.model);
    auto model = resolve(core, model_name);
    auto what = co_await make(before);
    auto const answer = new_answer(access, what.asked, model_name);
    active_turn lease;
    lease.id = answer.id;
    lease.chat_id = id;
    lease.owner_id = access.user();
    lease.instance = core.instance;
    lease.lease_expires_at = core.clock->now() + core.turns.lease;

    auto opening = opening_batch(access, call, before, what, answer, lease);
    auto const lease_position = static_cast<std::size_t>(how.idempotency_key ? 1 : 0);
    auto const written = co_await core.store->write(access.who(), std::move(opening));
    if (written) {
      std::optional<message_id> asked;
      if (what.question) asked = what.question->id;
      turn_plan plan{access.who(),
                     before,
                     what.asked,
                     std::move(what.before),
                     answer,
                     lease,
                     std::move(model.provider_model),
                     std::move(model.provider),
                     std::move(how)};
      co_return read_live(core, core.running->start(std::move(plan), asked, std::move(room)), 0);
    }
    auto const& why = written.error();
    if (why.code != errc::already_exists && why.code != errc::conflict) throw error(why);
    if (auto const first = co_await call.earlier()) co_return co_await follow_earlier(access, *first);
    if (failed_at(why, lease_position)) co_await clear_lost_turn(access, id);
  }
  throw error(errc::conflict, "the chat kept changing");
}

// --- pages of messages ----------------------------------------------------------------------------------------------

task<message> first_of_page(chat_access const& access, chat const& home, page_request const& which,
                            std::optional<message_id> leaf) {
  auto start = leaf ? leaf : home.head_id;
  if (which.cursor) {
    auto const parsed = parse_uuid(*which.cursor);
    if (!parsed) throw error(failure(errc::invalid_argument, "not a cursor of this list", {{"cursor", "unknown"}}));
    start = message_id{*parsed};
  }
  auto found = (co_await access.core().records<message>(access.who()).get(*start)).value();
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
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_write);
  check_input(from);
  resolve(*core_, from.model);
  idempotent_call const call(*core_, access.who(), access.user(), "chat.create", from.idempotency_key,
                             json::serialize(to_json(from)));
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
  auto const written = co_await core_->store->write(access.who(), std::move(b));
  if (written) co_return made;
  if (written.error().code == errc::already_exists)
    if (auto const first = co_await call.earlier()) co_return co_await access.own(chat_id{*first});
  throw error(written.error());
}

task<chat> chats::get(chat_id id) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_read);
  co_return co_await access.own(id);
}

task<page<chat>> chats::list(page_request which) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_read);
  query q = collection<chat>::where(&chat::owner_id, access.user());
  q = std::move(q).where(where(&chat::state, chat_state::active));
  co_return (co_await core_->records<chat>(access.who()).list(std::move(q), std::move(which))).value();
}

task<page<chat>> chats::search(std::string text, page_request which) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_read);
  text_query q(description_of<chat>().table, std::move(text));
  q = std::move(q).where(where(&chat::owner_id, access.user())).where(where(&chat::state, chat_state::active));
  co_return (co_await core_->records<chat>(access.who()).search(std::move(q), std::move(which))).value();
}

task<chat> chats::rename(chat_id id, std::string title, std::int64_t revision) {
  chat_update changes;
  changes.title = std::move(title);
  co_return co_await update(id, std::move(changes), revision);
}

task<chat> chats::update(chat_id id, chat_update changes, std::int64_t revision) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_write);
  check_input(changes);
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
  (co_await core_->records<chat>(access.who()).write(std::move(change))).value();
  co_return changed;
}

task<void> chats::remove(chat_id id) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_write);
  auto const found = co_await access.own(id);
  auto hide = sambung::update<chat>(id)
                  .set(&chat::state, chat_state::deleting)
                  .set(&chat::revision, found.revision + 1)
                  .when(&chat::state, chat_state::active);
  auto const hidden = co_await core_->records<chat>(access.who()).write(std::move(hide));
  if (!hidden)
    throw error(hidden.error().code == errc::conflict ? errc::not_found : hidden.error().code, hidden.error().message);
  auto const leases = core_->records<active_turn>(access.who());
  auto const lease = co_await leases.first(leases.where(&active_turn::chat_id, id));
  if (lease)
    if (auto const running = core_->running->find(access.who(), lease->id)) {
      running->interrupt(live_turn::interruption::stop);
      co_await running->done();
    }
  co_await erase_chat(*core_, access.who(), id);
}

task<page<message>> chats::messages(chat_id id, page_request which, std::optional<message_id> leaf) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_read);
  detail::check_page(which).value();
  auto const home = co_await access.own(id);
  page<message> found;
  if (!leaf && !home.head_id) co_return found;
  auto first = co_await first_of_page(access, home, which, leaf);
  message_path path(*core_->store, access.who(), std::move(first), which.limit);
  while (auto next = co_await path.next()) {
    if (found.items.size() == which.limit) {
      found.next_cursor = to_string(next->id);
      break;
    }
    found.items.push_back(co_await with_flushed_text(*core_->store, access.who(), std::move(*next)));
  }
  co_return found;
}

task<message> chats::get_message(message_id id) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_read);
  auto found = co_await access.own(id);
  co_return co_await with_flushed_text(*core_->store, access.who(), std::move(found.first));
}

task<std::vector<message>> chats::alternatives(message_id id) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_read);
  auto const [one, home] = co_await access.own(id);
  query q = collection<message>::where(&message::chat_id, home.id);
  q = std::move(q).where(where(&message::depth, one.depth)).limit(max_rows);
  auto const beside = (co_await core_->store->read(access.who(), std::move(q))).value();
  std::vector<message> found;
  for (auto item = beside.items.rbegin(); item != beside.items.rend(); ++item) {
    auto candidate = from_row<message>(*item);
    if (candidate.parent_id == one.parent_id)
      found.push_back(co_await with_flushed_text(*core_->store, access.who(), std::move(candidate)));
  }
  co_return found;
}

task<turn> chats::send(chat_id id, std::string text, send_options how) {
  std::vector<part> parts;
  parts.push_back(text_part{std::move(text), {}});
  co_return co_await send(id, std::move(parts), std::move(how));
}

task<turn> chats::send(chat_id id, std::vector<part> parts, send_options how) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_write);
  check_input(how);
  check_parts(parts);
  idempotent_call const call(*core_, access.who(), access.user(), "message.send", how.idempotency_key,
                             to_string(id) + json::serialize(to_json(parts)));
  exchange_maker const make = [&](chat const& before) -> task<exchange> {
    std::optional<message> head;
    if (before.head_id) head = (co_await core_->records<message>(access.who()).get(*before.head_id)).value();
    auto question = new_message(access, id, role::user, head ? &*head : nullptr);
    question.parts = parts;
    exchange what(question, question, std::move(head));
    co_return what;
  };
  co_return co_await begin_turn(access, id, std::move(how), call, make);
}

task<turn> chats::regenerate(message_id answer, send_options how) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_write);
  check_input(how);
  auto const [again, home] = co_await access.own(answer);
  if (again.role != role::assistant || !again.parent_id)
    throw error(failure(errc::invalid_argument, "only an answer can be made again", {{"messageId", "not an answer"}}));
  idempotent_call const call(*core_, access.who(), access.user(), "message.regenerate", how.idempotency_key,
                             to_string(answer));
  exchange_maker const make = [&](chat const&) -> task<exchange> {
    auto asked = (co_await core_->records<message>(access.who()).get(*again.parent_id)).value();
    exchange what(std::nullopt, std::move(asked));
    co_return what;
  };
  co_return co_await begin_turn(access, home.id, std::move(how), call, make);
}

task<turn> chats::edit(message_id original, std::string text, send_options how) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_write);
  check_input(how);
  std::vector<part> parts;
  parts.push_back(text_part{std::move(text), {}});
  check_parts(parts);
  auto const [before, home] = co_await access.own(original);
  if (before.role != role::user)
    throw error(failure(errc::invalid_argument, "only a user's message can be edited", {{"messageId", "not yours"}}));
  idempotent_call const call(*core_, access.who(), access.user(), "message.edit", how.idempotency_key,
                             to_string(original) + json::serialize(to_json(parts)));
  exchange_maker const make = [&](chat const&) -> task<exchange> {
    auto question = new_message(access, home.id, role::user, nullptr);
    question.parent_id = before.parent_id;
    question.depth = before.depth;
    question.parts = parts;
    exchange what(question, question);
    co_return what;
  };
  co_return co_await begin_turn(access, home.id, std::move(how), call, make);
}

task<message> chats::stop(message_id answer) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_write);
  auto const found = co_await access.own(answer);
  if (found.first.state != message_state::streaming) co_return found.first;
  if (auto const running = core_->running->find(access.who(), answer)) {
    running->interrupt(live_turn::interruption::stop);
    co_await running->done();
  } else {
    // It runs on another engine, which sees the wish when it next renews its lease.
    auto ask = sambung::update<active_turn>(answer).set(&active_turn::stop_requested, true);
    auto const asked = co_await core_->records<active_turn>(access.who()).write(std::move(ask));
    if (!asked && asked.error().code != errc::not_found) throw error(asked.error());
    auto reader = follow(access, found.first, 0);
    co_return co_await reader.answer();
  }
  co_return (co_await core_->records<message>(access.who()).get(answer)).value();
}

task<turn> chats::resume(message_id answer, std::int64_t after) {
  chat_access const access(*core_, *who_);
  access.demand(permission::chat_read);
  auto found = co_await access.own(answer);
  if (found.first.role != role::assistant)
    throw error(failure(errc::invalid_argument, "only an answer has a turn", {{"messageId", "not an answer"}}));
  co_return follow(access, std::move(found.first), after);
}

}  // namespace sambung
