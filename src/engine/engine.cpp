#include <sambung/engine/engine.hpp>

#include <sambung/broker/broker.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/storage/memory.hpp>

#include "core/executor_probe.hpp"
#include "engine/housekeeping.hpp"
#include "engine/option_check.hpp"
#include "engine/periodic.hpp"
#include "engine/text_indexing.hpp"
#include "services/accounting/accounting_state.hpp"
#include "services/auth/address_renewal.hpp"
#include "services/auth/auth_setup.hpp"
#include "services/auth/auth_state.hpp"
#include "services/base/engine_core.hpp"
#include "services/base/engine_metrics.hpp"
#include "services/base/guarded_observer.hpp"
#include "services/base/measured_storage.hpp"
#include "services/base/memberships.hpp"
#include "services/base/observed_storage.hpp"
#include "services/base/read_only_storage.hpp"
#include "services/base/revocations.hpp"
#include "services/base/standing.hpp"
#include "services/base/system_records.hpp"
#include "services/erasure/erasure.hpp"
#include "services/events/announcing_storage.hpp"
#include "services/events/events_state.hpp"
#include "services/templates/templates_state.hpp"
#include "services/turns/guarded_counter.hpp"
#include "services/turns/turn_sweep.hpp"
#include "services/turns/turns_state.hpp"
#include "services/vault/key_rewrap.hpp"
#include "services/vault/vault_state.hpp"

#include <tuple>

namespace sambung {

namespace {

constexpr std::chrono::milliseconds usage_interval{1'000};
constexpr std::chrono::milliseconds house_interval{60'000};
// A server that starts has something better to do first.
constexpr std::chrono::milliseconds before_texts{1'000};
// What a shutdown still waits behind its grace: for a sign of the executor, and for what ends by itself.
constexpr std::chrono::milliseconds probe_wait{1'000};
constexpr std::chrono::milliseconds last_wait{5'000};

task<void> sweep(engine_core& core) { co_await sweep_turns(core, broken_removals::leave); }
task<void> write_usage(engine_core& core) { co_await core.accounting->usage.write(); }
task<void> watch_revocations(engine_core& core) { co_await core.revocations->watch(); }

task<void> start_up(core_ptr core) {
  (co_await core->store->migrate(core->schema)).value();
  periodic_step const watch{"revocations", watch_revocations};
  if (core->only_reads) co_return start_periodic(core, core->auth->options.revocation_interval, watch);
  co_await renew_addresses_once(*core);
  co_await sweep_turns(*core, broken_removals::resume);
  co_await finish_erasures(*core);
  start_periodic(core, core->turns->options.lease / 2, {"sweep", sweep});
  start_periodic(core, usage_interval, {"usage", write_usage});
  start_periodic(core, core->auth->options.revocation_interval, watch);
  start_periodic(core, house_interval, {"housekeeping", keep_house});
  start_periodic(core, before_texts, house_interval, {"search texts", index_texts});
}

task<void> shut_down(core_ptr core, std::chrono::milliseconds grace) {
  core->closing.raise_to(1);
  core->events->close();
  executor_probe const probe(core->executor);
  co_await core->turns->running.close(grace);
  bool const runs = co_await probe.answered_within(probe_wait);
  auto const limit = runs ? core->turns->options.storage_patience + last_wait : std::chrono::milliseconds(0);
  bool const parked = co_await core->turns->running.ended_within(limit);
  co_await core->accounting->usage.write();
  std::ignore = co_await as_result(core->auth->failures.write_all(*core));
  bool const quiet = co_await within_real_time(limit, core->background_ended());
  if (parked && quiet) co_return;
  if (!runs) throw error(nobody_runs_executor("engine", errc::deadline_exceeded));
  throw error(errc::deadline_exceeded, "turns, or what an engine does by itself, do not end");
}

// Behind everything that looks on.
std::shared_ptr<storage> watched_storage_of(engine_core const& core, engine_options const& options) {
  auto inner = core.store;
  if (core.metrics) inner->measure(core.metrics);
  if (options.observer) inner = observed_storage(std::move(inner), core.observer);
  storage_watch told;
  told.schema = core.schema;
  told.metrics = core.measured;
  told.tracer = core.tracer;
  if (options.observer) told.observer = core.observer;
  told.clock = core.clock;
  told.slow = options.slow_query;
  return measured_storage(std::move(inner), std::move(told));
}

task<void> check_storage(core_ptr core) { (co_await core->store->check()).value(); }

task<std::int64_t> rewrap_all(core_ptr core, std::function<void(std::int64_t sealed)> progress) {
  co_return co_await rewrap_keys(*core, std::move(progress));
}

void leave(engine_core& core) {
  core.gone = true;
  core.closing.raise_to(1);
  core.events->close();
  core.turns->running.abandon();
}

// While the executor's context is destroyed. Whoever waits must not wait for ever; and what was got from the engine may
// be kept for longer than a strand of that context.
void forget_executor(std::weak_ptr<engine_core> const& weak) {
  auto const core = weak.lock();
  if (!core) return;
  core->closing.raise_to(1);
  core->events->close();
  core->turns->running.forget();
  core->executor = boost::asio::any_io_executor();
}

}  // namespace

record_description describe_record(record_of<engine_options>) { return record<engine_options>().all_optional(); }

// Here alone every room is known.
engine_core::engine_core() = default;
engine_core::~engine_core() = default;

engine_options::engine_options() = default;

engine::engine(boost::asio::any_io_executor executor, engine_options options) : core_(std::make_shared<engine_core>()) {
  if (!executor) throw error(errc::invalid_argument, "an engine needs an executor");
  check_options(options);
  auto& core = *core_;
  core.executor = std::move(executor);
  core.observer = std::make_shared<guarded_observer>(options.observer);
  core.metrics = std::move(options.metrics);
  core.measured = std::make_shared<engine_metrics>(core.metrics);
  core.tracer = std::move(options.tracer);
  core.trace_upstream = options.trace_upstream;
  core.trace_content = options.trace_content;
  core.threads = options.threads;
  core.thread = std::make_unique<sole_thread>(options.threads);
  core.store = options.storage ? std::move(options.storage) : memory_storage();
  auto const usual = core.store->is_shared() ? deployment::shared : deployment::sole;
  core.sole = options.deployment.value_or(usual) == deployment::sole;
  core.only_reads = options.use == database_use::reads;
  if (core.only_reads) core.store = read_only_storage(std::move(core.store));
  core.idempotency_lifetime = options.idempotency_lifetime;
  core.schema = standard_schema(std::move(options.modules));
  core.permissions = std::move(options.permissions);
  core.clock = options.clock ? std::move(options.clock) : system_clock();
  core.broker = options.broker ? std::move(options.broker) : in_process_broker(core.clock);
  core.store = announcing_storage(std::move(core.store), core.broker, core.schema, core.measured->events_out);
  core.events = std::make_unique<events_state>();
  core.random = options.random ? std::move(options.random) : system_random();
  core.store = watched_storage_of(core, options);
  core.damage = std::make_unique<damage_log>(core.clock, core.observer);
  core.ids = std::make_unique<id_generator>(core.clock, core.random);
  core.instance = core.ids->next();
  core.providers = std::make_unique<provider_registry>(std::move(options.providers));
  if (core.providers->empty()) core.providers->add("demo", demo_provider(core.clock));
  core.providers->check_aliases().value();
  core.measured->watch(*core.providers);
  core.revocations = std::make_unique<revocations>(core);
  core.standings = std::make_unique<standings>(core, options.auth.remembered);

  core.accounting = std::make_unique<accounting_state>(core, std::move(options.prices));
  core.vault = std::make_unique<vault_state>(core, options.auth.secrets);
  core.auth = std::make_unique<auth_state>(completed(std::move(options.auth), *core.random));
  core.templates = std::make_unique<templates_state>();
  core.turns = std::make_unique<turns_state>(core);
  core.turns->options = options.turns;
  core.turns->paths.limit(options.turns.context_memory_bytes);
  core.turns->tools = std::move(options.tools);
  core.turns->tool_limits = options.tool_limits;
  core.turns->context = options.context ? std::move(options.context) : token_budget_context();
  core.turns->tokens = std::make_shared<guarded_counter>(
      options.tokens ? std::move(options.tokens) : learning_token_counter(), core.observer);
  core.turns->workspace_of = [&core](principal const& who) {
    return std::make_shared<sambung::workspace const>(sambung::workspace(core.shared_from_this(), who));
  };
  core.turns->catalog = std::make_unique<model_catalog>(*core.providers, options.catalog, core.clock);
  auto gone = [weak = core.weak_from_this()] { forget_executor(weak); };
  core.host = std::make_unique<hosted_executor>(core.executor, std::move(gone));
  going_ = std::shared_ptr<void>(nullptr, [core = core_](void*) { leave(*core); });
}

engine::engine(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}
engine::~engine() = default;

task<void> engine::start() { return start_up(core_); }
task<void> engine::shutdown(std::chrono::milliseconds grace) { return shut_down(core_, grace); }
task<void> engine::check() const { return check_storage(core_); }
std::shared_ptr<tracer> const& engine::tracer() const { return core_->tracer; }

sambung::observer& engine::observer() { return *core_->observer; }
std::shared_ptr<metrics> const& engine::metrics() const { return core_->metrics; }
uuid engine::instance() const { return core_->instance; }

tenants engine::tenants() const { return sambung::tenants(core_); }
users engine::users() const { return sambung::users(core_); }
auth engine::auth() const { return sambung::auth(core_); }
permission_table const& engine::permissions() const { return core_->permissions; }
model_catalog& engine::models() { return *core_->turns->catalog; }
context_memory_use engine::context_memory() const { return core_->turns->paths.use(); }
audit engine::audit() const { return sambung::audit(core_); }
account engine::account(identity who) const { return sambung::account(core_, std::move(who)); }
api_tokens engine::api_tokens() const { return sambung::api_tokens(core_); }
quotas engine::quotas(tenant_id tenant) const { return sambung::quotas(core_, tenant); }
usage engine::usage(tenant_id tenant) const { return sambung::usage(core_, tenant); }

task<std::int64_t> engine::rewrap_keys(std::function<void(std::int64_t sealed)> progress) const {
  return rewrap_all(core_, std::move(progress));
}

workspace engine::workspace(principal who) const { return sambung::workspace(core_, std::move(who)); }
task<workspace> engine::workspace(tenant_id tenant, user_id user) const {
  return workspace_of_member(core_, tenant, user);
}

task<workspace> engine::workspace_of_member(std::shared_ptr<engine_core> core, tenant_id tenant, user_id user) {
  actor const one(tenant, user);
  co_await core->standings->demand(one);
  auto stored = co_await find_membership(*core, tenant, user);
  auto const place = if_found(std::move(stored));
  if (!place) throw error(errc::not_found, "the user is no member of the tenant");
  co_return sambung::workspace(std::move(core), principal::trusted(tenant, user, place->role));
}

}  // namespace sambung
