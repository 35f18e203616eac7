// A running engine with one tenant, one user and a scripted model: what most tests of services start from.
#pragma once

#include "support/test_storage.hpp"

#include <sambung/core/id_generator.hpp>
#include <sambung/engine/engine.hpp>
#include <sambung/records/security_epoch.hpp>
#include <sambung/records/usage_counter.hpp>
#include <sambung/security/token.hpp>
#include <sambung/testing/scopes.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <boost/asio/thread_pool.hpp>

namespace sambung::tests {

struct desk_options {
  // As many rounds as bcrypt does at least: for tests that are not about what a password costs.
  desk_options() { auth.password_cost = min_password_cost; }
  std::shared_ptr<sambung::storage> storage = fresh_storage();
  turn_options turns;
  auth_options auth;
  toolbox tools;
  sambung::tool_limits tool_limits;
  std::shared_ptr<context_policy> context;
  std::shared_ptr<token_counter> tokens;
  std::shared_ptr<sambung::clock> clock;
  std::optional<sambung::deployment> deployment = sambung::deployment::sole;
  std::string tenant = "acme";
  std::vector<module_schema> modules;
  permission_table permissions;
  std::vector<std::string> providers{"scripted"};  // each is the same model
  std::vector<std::pair<std::string, std::shared_ptr<provider>>> more_providers;
  std::function<void(provider_registry&)> with_providers;  // what else is done with all of them
  price_list prices;                                       // none, so that what a test prices is in the test
  std::shared_ptr<sambung::observer> observer;
  std::shared_ptr<sambung::metrics> metrics;
  std::shared_ptr<sambung::tracer> tracer;
  bool trace_content = false;
  std::chrono::milliseconds slow_query = engine_options().slow_query;
  executor_threads threads = executor_threads::many;
};

// Of an engine that a test leaves behind as if its process had died, while it runs: it renews no lease by itself, which
// would keep its turn from the next engine that settles it.
inline turn_options left_behind(std::chrono::milliseconds flush_interval = std::chrono::hours(24)) {
  turn_options options;
  options.flush_interval = flush_interval;
  options.lease = std::chrono::hours(24);
  return options;
}

class desk {
 public:
  explicit desk(desk_options options = desk_options()) {
    storage = options.storage;
    engine_options settings;
    settings.storage = options.storage;
    settings.turns = options.turns;
    settings.auth = options.auth;
    settings.tools = options.tools;
    settings.tool_limits = options.tool_limits;
    settings.context = options.context;
    settings.tokens = options.tokens;
    settings.clock = options.clock;
    settings.deployment = options.deployment;
    settings.modules = options.modules;
    settings.permissions = options.permissions;
    settings.prices = options.prices;
    settings.observer = options.observer;
    settings.metrics = options.metrics;
    settings.tracer = options.tracer;
    settings.trace_content = options.trace_content;
    settings.slow_query = options.slow_query;
    settings.threads = options.threads;
    for (auto const& name : options.providers) settings.providers.add(name, model);
    for (auto const& [name, one] : options.more_providers) settings.providers.add(name, one);
    if (options.with_providers) options.with_providers(settings.providers);
    engine = std::make_unique<sambung::engine>(io.get_executor(), std::move(settings));
    sync_wait(engine->start());
    auto found = sync_wait(as_result(engine->tenants().find(options.tenant)));
    tenant = found ? found->id : sync_wait(engine->tenants().create(options.tenant)).id;
    user = found ? sync_wait(engine->users().find("ada@" + options.tenant + ".example")).id : add_user("ada");
  }
  ~desk() {
    if (engine) sync_wait(engine->shutdown(std::chrono::seconds(0)));
    engine.reset();
    io.stop();
    io.join();
  }

  user_id add_user(std::string const& name) {
    auto const home = sync_wait(engine->tenants().get(tenant));
    return sync_wait(engine->users().create(tenant, name + "@" + home.name + ".example", member_role::owner)).id;
  }

  // As themselves, signed in or by the application's word.
  sambung::account account(user_id who) { return engine->account(identity::trusted(who)); }
  sambung::account account(user_id who, session_id session) {
    return engine->account(identity(who, authentication::session, std::nullopt, permission_set::all(), session));
  }
  sambung::workspace as(user_id who, member_role role = member_role::owner) {
    return engine->workspace(principal::trusted(tenant, who, role));
  }
  user_id add_user(std::string const& name, member_role role) {
    auto const home = sync_wait(engine->tenants().get(tenant));
    return sync_wait(engine->users().create(tenant, name + "@" + home.name + ".example", role)).id;
  }
  template <class R>
  collection<R> system_records() {
    return collection<R>(*storage, testing::system_scope());
  }
  // Every row of a system table.
  template <class R>
  std::vector<R> all_of() {
    auto const records = system_records<R>();
    return every(records);
  }
  // Every row of a tenant's table.
  template <class R>
  std::vector<R> all_in(tenant_id where) {
    collection<R> const records(*storage, testing::tenant_scope(where));
    return every(records);
  }
  // How often something was revoked.
  std::int64_t revocations() {
    auto const stored = sync_wait(system_records<security_epoch>().get(security_epoch().id));
    return stored ? stored->count : 0;
  }
  // As signing in leaves one behind.
  session_id add_session(user_id who, std::optional<tenant_id> where = std::nullopt) {
    session made;
    made.id = session_id{ids.next()};
    made.user_id = who;
    made.tenant_id = where;
    made.hash = token_hash(to_string(made.id));
    made.created_at = made.updated_at = system_clock()->now();
    made.expires_at = made.created_at + std::chrono::hours(100'000);
    sync_wait(system_records<session>().write(insert(made))).value();
    return made.id;
  }

  sambung::chats chats() { return engine->workspace(principal::trusted(tenant, user, member_role::owner)).chats(); }
  sambung::chats chats_of(user_id other, member_role role = member_role::owner) {
    return engine->workspace(principal::trusted(tenant, other, role)).chats();
  }
  // What the user has used so far, as stored.
  std::vector<usage_counter> usage() {
    collection<usage_counter> const counters(*storage, testing::tenant_scope(tenant));
    return sync_wait(counters.list(counters.all(), page_request())).value().items;
  }
  chat new_chat() { return sync_wait(chats().create("Test", "scripted/model")); }

  template <class R>
  static std::vector<R> every(collection<R> const& records) {
    std::vector<R> all;
    page_request which(max_page_size);
    do {
      auto found = sync_wait(records.list(records.all(), which)).value();
      all.insert(all.end(), found.items.begin(), found.items.end());
      which.cursor = std::move(found.next_cursor);
    } while (which.cursor);
    return all;
  }

  id_generator ids{system_clock(), system_random()};
  boost::asio::thread_pool io{1};
  std::shared_ptr<sambung::storage> storage;
  std::shared_ptr<testing::scripted_provider> model = std::make_shared<testing::scripted_provider>();
  std::unique_ptr<sambung::engine> engine;
  tenant_id tenant;
  user_id user;
};

// The code of the error that `operation` throws; empty when it throws none.
template <class T>
std::optional<errc> code_of(task<T> operation) {
  auto const outcome = sync_wait(as_result(std::move(operation)));
  return outcome ? std::nullopt : std::optional(outcome.error().code);
}

// Everything a reader gets to the end.
struct reading {
  std::string text;
  std::vector<std::int64_t> numbers;
  std::optional<turn_finished> end;
};
inline reading read_all(turn& reader) {
  reading got;
  for (;;) {
    auto event = sync_wait(reader.next());
    if (!event) return got;
    got.numbers.push_back(reader.last_event());
    if (auto* delta = std::get_if<text_delta>(&*event)) got.text += delta->text;
    if (auto* all = std::get_if<turn_snapshot>(&*event)) got.text = text_of(all->parts);
    if (auto* end = std::get_if<turn_finished>(&*event)) got.end = *end;
  }
}

// Reads until a text delta has come.
inline void read_first_text(turn& reader) {
  for (;;) {
    auto const event = sync_wait(reader.next());
    if (!event || std::holds_alternative<text_delta>(*event)) return;
  }
}

inline testing::answer_script say(std::string text) { return testing::answer_script().text(std::move(text)).finish(); }

}  // namespace sambung::tests
