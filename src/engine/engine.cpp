#include <sambung/engine/engine.hpp>

#include <sambung/provider/demo.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/records/idempotency_record.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/records/password.hpp>
#include <sambung/records/provider_key.hpp>
#include <sambung/records/quota.hpp>
#include <sambung/records/refresh_token.hpp>
#include <sambung/records/security_epoch.hpp>
#include <sambung/records/session.hpp>
#include <sambung/storage/memory.hpp>

#include "services/accounting/accounting_state.hpp"
#include "services/auth/auth_setup.hpp"
#include "services/auth/auth_state.hpp"
#include "services/auth/sessions.hpp"
#include "services/base/engine_core.hpp"
#include "services/base/revocations.hpp"
#include "services/erasure/erasure.hpp"
#include "services/turns/turns_state.hpp"
#include "services/vault/key_rewrap.hpp"
#include "services/vault/vault_state.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace sambung {

using namespace boost::asio::experimental::awaitable_operators;

namespace {

constexpr std::chrono::milliseconds usage_interval{1'000};
constexpr std::chrono::milliseconds expiry_interval{60'000};

template <class... Column>
index added_index(Column... columns) {
  return index{{columns...}, false};
}

// Identity beyond API tokens: passwords, sessions, invitations, the vault and the audit log.
std::vector<migration_step> identity_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_column{"tenants", "state", R"("active")"});
  steps.push_back(add_column{"users", "state", R"("active")"});
  steps.push_back(add_column{"users", "name", R"("")"});
  steps.push_back(add_column{"users", "image"});
  steps.push_back(add_column{"users", "email_verified", "false"});
  steps.push_back(add_column{"users", "settings", "{}"});
  steps.push_back(add_column{"users", "updated_at"});
  // The tokens of before could do everything that there was.
  steps.push_back(add_column{"api_tokens", "scopes", R"(["chat_read","chat_write","model_use"])"});
  steps.push_back(add_column{"api_tokens", "expires_at"});
  steps.push_back(add_column{"api_tokens", "last_used_at"});
  steps.push_back(add_column{"usage_counters", "key", R"("configured")"});
  steps.push_back(add_index{"tenants", added_index("state")});
  steps.push_back(add_index{"users", added_index("state")});
  steps.push_back(add_index{"memberships", added_index("tenant_id", "role")});
  for (auto const* table :
       {"passwords", "sessions", "refresh_tokens", "invitations", "audit_entries", "security_epochs", "provider_keys"})
    steps.push_back(add_table{table});
  return steps;
}

// Accounting: what is billed apart, what is known only in part, and quotas.
std::vector<migration_step> accounting_steps() {
  std::vector<migration_step> steps;
  for (auto const* column : {"cached_input_tokens", "cache_write_tokens", "reasoning_tokens", "unpriced_requests",
                             "estimated_requests", "replayed_requests"})
    steps.push_back(add_column{"usage_counters", column, "0"});
  steps.push_back(add_index{"usage_counters", added_index("day")});
  steps.push_back(add_table{"quotas"});
  return steps;
}

module_schema own_tables() {
  module_schema module("sambung");
  module.table<tenant>().table<user>().table<membership>().table<api_token>();
  module.table<chat>().table<message>().table<active_turn>().table<turn_chunk>();
  module.table<usage_counter>().table<idempotency_record>();
  module.table<password>().table<session>().table<refresh_token>().table<invitation>();
  module.table<audit_entry>().table<security_epoch>().table<provider_key>();
  module.table<quota>();
  module.migrate(2, identity_steps());
  module.migrate(3, accounting_steps());
  return module;
}

// Repeats `step` every `interval` until the engine closes. A step that fails is tried again at the next one.
using periodic_step = task<void> (*)(engine_core&);
task<void> repeat(std::weak_ptr<engine_core> weak, rising_level closing, std::shared_ptr<clock> clock,
                  std::chrono::milliseconds interval, periodic_step step) {
  for (;;) {
    co_await (closing.above(0) || clock->sleep(interval));
    auto const core = weak.lock();
    if (!core || closing.value() > 0) co_return;
    co_await as_result(step(*core));
  }
}

void start_periodic(std::shared_ptr<engine_core> const& core, std::chrono::milliseconds interval, periodic_step step) {
  core->run_aside(repeat(core, core->closing, core->clock, interval, step));
}

task<void> sweep(engine_core& core) { co_await core.turns->running.sweep(turn_table::removals::leave); }
task<void> write_usage(engine_core& core) { co_await core.accounting->usage.write(); }
task<void> watch_revocations(engine_core& core) { co_await core.revocations->watch(); }

}  // namespace

schema_ref standard_schema(std::vector<module_schema> modules) {
  modules.insert(modules.begin(), own_tables());
  return std::make_shared<schema const>(std::move(modules));
}

// Here alone every room is known.
engine_core::engine_core() = default;
engine_core::~engine_core() = default;

engine::engine(boost::asio::any_io_executor executor, engine_options options) : core_(std::make_shared<engine_core>()) {
  auto& core = *core_;
  core.executor = std::move(executor);
  core.threads = options.threads;
  core.store = options.storage ? std::move(options.storage) : memory_storage();
  core.sole = options.deployment == deployment::sole;
  core.schema = standard_schema(std::move(options.modules));
  core.clock = options.clock ? std::move(options.clock) : system_clock();
  core.random = options.random ? std::move(options.random) : system_random();
  core.ids = std::make_unique<id_generator>(core.clock, core.random);
  core.instance = core.ids->next();
  core.providers = std::make_unique<provider_registry>(std::move(options.providers));
  if (core.providers->empty()) core.providers->add("demo", demo_provider(core.clock));
  core.providers->check_aliases().value();
  core.revocations = std::make_unique<revocations>(core);

  core.accounting = std::make_unique<accounting_state>(core, std::move(options.prices));
  core.vault = std::make_unique<vault_state>(core, options.auth.secrets);
  core.auth = std::make_unique<auth_state>(completed(std::move(options.auth), *core.random));
  core.turns = std::make_unique<turns_state>(core);
  core.turns->options = options.turns;
  core.turns->tools = std::move(options.tools);
  core.turns->tool_limits = options.tool_limits;
  core.turns->context = options.context ? std::move(options.context) : token_budget_context();
  core.turns->catalog = std::make_unique<model_catalog>(*core.providers, options.catalog, core.clock);
}

engine::~engine() {
  core_->closing.raise_to(1);
  core_->turns->running.abandon();
}

task<void> engine::start() {
  (co_await core_->store->migrate(core_->schema)).value();
  co_await core_->turns->running.sweep(turn_table::removals::resume);
  co_await finish_erasures(*core_);
  start_periodic(core_, core_->turns->options.lease / 2, sweep);
  start_periodic(core_, usage_interval, write_usage);
  start_periodic(core_, core_->auth->options.revocation_interval, watch_revocations);
  start_periodic(core_, expiry_interval, remove_expired);
}

task<void> engine::shutdown(std::chrono::milliseconds grace) {
  core_->closing.raise_to(1);
  co_await core_->turns->running.shutdown(grace);
  co_await core_->accounting->usage.write();
  co_await core_->asides_ended();
}

task<void> engine::check() { (co_await core_->store->check()).value(); }

tenants engine::tenants() { return sambung::tenants(core_); }
users engine::users() { return sambung::users(core_); }
auth engine::auth() { return sambung::auth(core_); }
model_catalog& engine::models() { return *core_->turns->catalog; }
audit engine::audit() { return sambung::audit(core_); }
account engine::account(identity who) { return sambung::account(core_, std::move(who)); }
api_tokens engine::api_tokens() { return sambung::api_tokens(core_); }
quotas engine::quotas(tenant_id tenant) { return sambung::quotas(core_, tenant); }
usage engine::usage(tenant_id tenant) { return sambung::usage(core_, tenant); }

task<std::int64_t> engine::rewrap_keys(std::function<void(std::int64_t sealed)> progress) {
  co_return co_await sambung::rewrap_keys(*core_, std::move(progress));
}

workspace engine::workspace(principal who) { return sambung::workspace(core_, who); }
workspace engine::workspace(tenant_id tenant, user_id user) { return workspace(principal::trusted(tenant, user)); }

}  // namespace sambung
