#include "services/erasure/personal_export.hpp"
#include "core/text.hpp"
#include "services/auth/api_token_rows.hpp"

#include <sambung/records/api_token.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/records/message.hpp>
#include <sambung/records/quota.hpp>
#include <sambung/records/tool_decision.hpp>
#include <sambung/records/tool_grant.hpp>
#include <sambung/records/usage_counter.hpp>

#include "core/base64url.hpp"
#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

// One page asks storage at most so often, about: whoever is in many empty tenants gets short pages.
constexpr int max_steps = 200;

enum class stage {
  profile,
  memberships,
  sessions,
  actions,
  tenant,
  chat,
  messages,
  usage,
  tokens,
  quotas,
  decisions,
  grants,
  end
};

// Where an export stands. A cursor comes from outside: whatever it names is looked up as the user's own.
struct position {
  stage at = stage::profile;
  std::optional<tenant_id> tenant;
  std::optional<chat_id> chat;
  std::optional<std::string> cursor;  // within a list
};

template <class Id>
std::string text_of_id(std::optional<Id> const& id) {
  return id ? to_string(*id) : std::string();
}

std::string encode(position const& p) {
  return to_base64url(std::to_string(static_cast<int>(p.at)) + '|' + text_of_id(p.tenant) + '|' + text_of_id(p.chat) +
                      '|' + p.cursor.value_or(std::string()));
}

[[noreturn]] void throw_foreign_cursor() {
  std::string const message = "not a cursor of this list";
  throw error(failure(errc::invalid_argument, "cursor: " + message, {{"cursor", message}}));
}

std::string_view take_field(std::string_view& rest) {
  auto const end = rest.find('|');
  if (end == rest.npos) throw_foreign_cursor();
  auto const field = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return field;
}

template <class Id>
std::optional<Id> take_id(std::string_view& rest) {
  auto const field = take_field(rest);
  if (field.empty()) return std::nullopt;
  auto const parsed = parse_uuid(field);
  if (!parsed) throw_foreign_cursor();
  return Id{*parsed};
}

position decode(std::string_view cursor) {
  auto const text = from_base64url(cursor);
  if (!text) throw_foreign_cursor();
  std::string_view rest = *text;
  auto const number = take_field(rest);
  auto const at = whole_number<int>(number);
  if (!at || *at < 0 || *at >= static_cast<int>(stage::end)) throw_foreign_cursor();
  position p;
  p.at = static_cast<stage>(*at);
  p.tenant = take_id<tenant_id>(rest);
  p.chat = take_id<chat_id>(rest);
  if (!rest.empty()) p.cursor = std::string(rest);
  if (p.at > stage::tenant && !p.tenant) throw_foreign_cursor();
  if (p.at == stage::messages && !p.chat) throw_foreign_cursor();
  return p;
}

template <class... Column>
query ascending(query q, Column... columns) {
  std::vector<std::string> order{columns...};
  return std::move(q).order(std::move(order), direction::ascending);
}

// How many bytes it has as text, about: its names and texts.
std::size_t json_bytes(boost::json::object const& of);
std::size_t json_bytes(boost::json::value const& of) {
  std::size_t bytes = 0;
  if (auto const* text = of.if_string()) bytes += text->size();
  if (auto const* items = of.if_array())
    for (auto const& item : *items) bytes += json_bytes(item);
  if (auto const* members = of.if_object()) bytes += json_bytes(*members);
  return bytes;
}
std::size_t json_bytes(boost::json::object const& of) {
  std::size_t bytes = 0;
  for (auto const& member : of) bytes += member.key().size() + json_bytes(member.value());
  return bytes;
}

// Reads on from a position.
class exporter {
 public:
  exporter(engine_core& core, user_id user, std::size_t limit) : core_(core), user_(user), limit_(limit) {}

  task<page<exported_record>> read(position from) {
    at_ = std::move(from);
    for (int steps = 0; at_.at != stage::end && has_room() && steps < max_steps; ++steps) co_await step();
    if (at_.at != stage::end) out_.next_cursor = encode(at_);
    co_return std::move(out_);
  }

 private:
  bool has_room() const { return out_.items.size() < limit_ && bytes_ < max_read_bytes; }

  task<void> step() {
    switch (at_.at) {
      case stage::profile:
        co_return co_await profile();
      case stage::memberships:
        co_return co_await list<membership>(memberships_of(user_), stage::sessions);
      case stage::sessions:
        co_return co_await list<session>(collection<session>::where(&session::user_id, user_), stage::actions);
      case stage::actions:
        co_return co_await list<audit_entry>(collection<audit_entry>::where(&audit_entry::actor_id, user_),
                                             stage::tenant);
      case stage::tenant:
        co_return co_await next_tenant();
      default:
        co_return co_await step_in_tenant();
    }
  }

  task<void> step_in_tenant() {
    auto const place = co_await find_membership(core_, *at_.tenant, user_);
    if (!place && place.error().code != errc::not_found) throw error(place.error());
    if (!place) co_return go(stage::tenant);
    switch (at_.at) {
      case stage::chat:
        co_return co_await next_chat();
      case stage::messages:
        co_return co_await messages();
      case stage::usage:
        co_return co_await list<usage_counter>(
            ascending(collection<usage_counter>::where(&usage_counter::user_id, user_), "day"), stage::tokens);
      case stage::tokens:
        co_return co_await list<api_token>(tokens_of(*at_.tenant, user_), stage::quotas);
      case stage::quotas:
        co_return co_await list<quota>(collection<quota>::where(&quota::user_id, user_), stage::decisions);
      case stage::decisions:
        co_return co_await list<tool_decision>(
            ascending(collection<tool_decision>::where(&tool_decision::owner_id, user_), "state", "until"),
            stage::grants);
      default:
        co_return co_await list<tool_grant>(
            ascending(collection<tool_grant>::where(&tool_grant::owner_id, user_), "created_at"), stage::tenant);
    }
  }

  task<void> profile() {
    auto const me = (co_await system_records<user>(core_).get(user_)).value();
    add(me);
    go(stage::memberships);
  }

  task<void> next_tenant() {
    query q = ascending(collection<membership>::where(&membership::user_id, user_), "tenant_id");
    if (at_.tenant) q = std::move(q).where(where(&membership::tenant_id, comparison::greater, *at_.tenant));
    auto const place = co_await system_records<membership>(core_).first(std::move(q));
    if (!place && place.error().code != errc::not_found) throw error(place.error());
    at_.chat.reset();
    if (!place) co_return go(stage::end);
    at_.tenant = place->tenant_id;
    go(stage::chat);
  }

  task<void> next_chat() {
    query q = collection<chat>::where(&chat::owner_id, user_);
    q = std::move(q).where(where(&chat::state, chat_state::active));
    if (at_.chat) q = std::move(q).where(where(&chat::id, comparison::greater, *at_.chat));
    auto const found = co_await core_.records<chat>(here()).first(ascending(std::move(q), "id"));
    if (!found && found.error().code != errc::not_found) throw error(found.error());
    if (!found) co_return go(stage::usage);
    add(*found);
    at_.chat = found->id;
    go(stage::messages);
  }

  task<void> messages() {
    auto const home = co_await core_.records<chat>(here()).get(*at_.chat);
    if (!home && home.error().code != errc::not_found) throw error(home.error());
    if (!home || home->owner_id != user_ || home->state != chat_state::active) co_return go(stage::chat);
    query q = ascending(collection<message>::where(&message::chat_id, home->id), "depth");
    co_await list<message>(std::move(q), stage::chat);
  }

  // One page of a list; `behind` is where to go on when it was the last.
  template <class R>
  task<void> list(query q, stage behind) {
    bool const system = description_of<R>().scope == table_scope::system;
    auto const records = core_.records<R>(system ? system_rows() : here());
    page_request which(limit_ - out_.items.size(), at_.cursor);
    result<page<R>> found = co_await records.list(std::move(q), std::move(which));
    for (auto const& one : found.value().items) add(one);
    out_.damaged += found->damaged;
    at_.cursor = std::move(found->next_cursor);
    if (!at_.cursor) go(behind);
  }

  template <class R>
  void add(R const& one) {
    exported_record made;
    made.table = description_of<R>().table;
    if (at_.at > stage::tenant) made.tenant_id = at_.tenant;
    made.record = to_json(one).as_object();
    bytes_ += json_bytes(made.record);
    out_.items.push_back(std::move(made));
  }

  void go(stage to) {
    at_.at = to;
    at_.cursor.reset();
  }

  scope here() const { return tenant_rows(*at_.tenant); }

  engine_core& core_;
  user_id user_;
  std::size_t limit_;
  position at_;
  page<exported_record> out_;
  std::size_t bytes_ = 0;  // that out_ will have, about
};

}  // namespace

task<page<exported_record>> next_personal_records(engine_core& core, user_id user, page_request which) {
  auto from = which.cursor ? decode(*which.cursor) : position();
  exporter reader(core, user, which.limit);
  co_return co_await reader.read(std::move(from));
}

}  // namespace sambung
