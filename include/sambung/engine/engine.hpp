// engine: owns everything shared: storage, providers, turns, clock. One per process.
//
//   boost::asio::thread_pool io(1);
//   sambung::engine engine(io.get_executor(), sambung::engine_options());
//   sambung::sync_wait(engine.start());
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/engine/standard_schema.hpp>
#include <sambung/engine/workspace.hpp>
#include <sambung/provider/catalog.hpp>
#include <sambung/services/accounting/price_list.hpp>
#include <sambung/services/auth/api_tokens.hpp>
#include <sambung/services/auth/auth.hpp>
#include <sambung/services/base/observer.hpp>
#include <sambung/services/tenancy/account.hpp>
#include <sambung/services/tenancy/tenants.hpp>
#include <sambung/services/turns/context.hpp>
#include <sambung/services/turns/toolbox.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <optional>

namespace sambung {

class broker;
class metrics;
class tracer;

namespace serving {
class server_core;
}

// Whether other engines work on the same database.
enum class deployment {
  sole,    // this is the only one: at start every unfinished turn is known to be lost
  shared,  // others may stream: an unfinished turn is lost once its lease is over
};
SAMBUNG_DESCRIBE_ENUM(deployment, sole, shared)

// What an engine may do with its database.
enum class database_use {
  reads_and_writes,
  // It changes nothing: what would write, and every call of a model, is errc::unsupported. start() settles no turns and
  // migrates nothing: a database of another version is errc::unsupported, which says what brings it up to date.
  // Nothing is done by itself but to look for revocations. For a snapshot (open_snapshot()): to look at what
  // another process is working on, which alone can have a SQLite file to write. Nobody else's work is disturbed.
  reads,
};
SAMBUNG_DESCRIBE_ENUM(database_use, reads_and_writes, reads)

struct SAMBUNG_API engine_options {
  engine_options();

  std::shared_ptr<sambung::storage> storage;              // none: memory_storage()
  provider_registry providers;                            // empty: "demo" only
  catalog_options catalog;                                // how long what they offer is remembered
  std::vector<module_schema> modules;                     // the application's own tables
  permission_table permissions;                           // the application's own, and which roles have them
  database_use use = database_use::reads_and_writes;      // of the storage
  std::optional<sambung::deployment> deployment;          // none: sole on memory and SQLite, shared on PostgreSQL
  std::chrono::seconds idempotency_lifetime{7 * 86'400};  // after which a key may be used again for something else
  executor_threads threads = executor_threads::many;      // of the executor that the engine is given
  turn_options turns;
  auth_options auth;
  toolbox tools;  // what the model of a turn may call
  sambung::tool_limits tool_limits;
  price_list prices = price_list::standard();
  std::shared_ptr<context_policy> context;      // none: token_budget_context()
  std::shared_ptr<token_counter> tokens;        // none: learning_token_counter()
  std::shared_ptr<sambung::clock> clock;        // none: system_clock()
  std::shared_ptr<random_source> random;        // none: system_random()
  std::shared_ptr<sambung::observer> observer;  // none: what happens inside is told nobody
  std::shared_ptr<sambung::broker> broker;      // none: in_process_broker()
  std::shared_ptr<sambung::metrics> metrics;    // none: nothing is measured
  std::shared_ptr<sambung::tracer> tracer;      // none: nothing is traced
  bool trace_upstream = false;                  // whether vendors are told which trace a call belongs to
  // Whether spans have what people, models and tools wrote, about 8 KiB of each side of a call: whoever reads the
  // traces then reads conversations.
  bool trace_content = false;
  // From so long on a call of the storage is slow, and the observer is told of it; 0: none is.
  std::chrono::milliseconds slow_query{200};
};
SAMBUNG_DESCRIBE_STRUCT(engine_options, (),
                        (catalog, use, deployment, idempotency_lifetime, threads, turns, auth, tool_limits, slow_query))
SAMBUNG_API record_description describe_record(record_of<engine_options>);

// Thread safety: safe to use from any thread. It starts no I/O thread: turns run on the executor it is given, which
// some thread must run. Lifetime: call shutdown() before it goes. What was got from it may outlive it, and so may
// operations: see chats.
class SAMBUNG_API engine {
 public:
  // Throws error(errc::invalid_argument) without an executor, for an alias that leads to no provider, for a time of
  // turns, tools or idempotency keys that is negative or longer than 366 days, of auth that is longer than a century,
  // for a lease of less than 10 ms, and for what cannot be used otherwise.
  engine(boost::asio::any_io_executor executor, engine_options options);
  ~engine();
  engine(engine const&) = delete;
  engine& operator=(engine const&) = delete;

  // Migrates the storage (a snapshot is only compared) and settles the turns that an earlier process left. Must
  // complete before anything else is called. Throws error: see storage::migrate.
  task<void> start();

  // Takes no new turns, lets those in flight finish for up to `grace`, then parks the rest: their text is stored and
  // they are marked incomplete("shutdown"). Counts what was used. Nothing may be called afterwards. The grace is over
  // when the engine's clock says so or the system's. Throws error(errc::deadline_exceeded) when something does not end:
  // a second after the grace if no thread runs the executor, five seconds after turn_options::storage_patience
  // otherwise.
  task<void> shutdown(std::chrono::milliseconds grace = std::chrono::seconds(10));

  // engine_options::observer, for whoever fails on the engine's behalf; one that throws nothing. Lives as long as this.
  sambung::observer& observer();

  // engine_options::metrics: null when nothing is measured.
  std::shared_ptr<sambung::metrics> const& metrics() const;
  // What this engine is called where several work on one database: in leases, and for operators.
  uuid instance() const;

  // engine_options::tracer, for whatever calls come in by: null when nothing is traced.
  std::shared_ptr<sambung::tracer> const& tracer() const;
  // Whether storage answers.
  task<void> check() const;

  sambung::tenants tenants() const;
  sambung::users users() const;
  sambung::api_tokens api_tokens() const;
  sambung::auth auth() const;
  sambung::audit audit() const;

  // engine_options::permissions. Lives as long as what was got from this.
  permission_table const& permissions() const;
  // What the providers offer and how they fare. Lives as long as what was got from this.
  model_catalog& models();
  // What is kept in memory of chats, and what that saved.
  context_memory_use context_memory() const;
  // The operator's view of one tenant: what it has used, and the quotas that its own people cannot change.
  sambung::usage usage(tenant_id tenant) const;
  sambung::quotas quotas(tenant_id tenant) const;

  // Seals every provider key of every tenant that is not under the newest secret and version again, so that an old
  // secret can be dropped: run it once every engine has the new one. May run beside everything else, and again: then it
  // goes on. Gives how many were sealed; `progress` is told now and then how many so far. errc::unsupported without
  // auth_options::secrets; errc::data_loss, at the end, if some do not open with any of them.
  task<std::int64_t> rewrap_keys(std::function<void(std::int64_t sealed)> progress = nullptr) const;

  // What `who` may do about themselves. The application vouches for who it is.
  sambung::account account(identity who) const;

  // What `who` may do. The application vouches for who it is, and for their role.
  sambung::workspace workspace(principal who) const;
  // What a member of the tenant may do, in the role that they have now. Throws error: errc::not_found for who is no
  // member or for a tenant that is not there, errc::permission_denied for what is suspended.
  task<sambung::workspace> workspace(tenant_id tenant, user_id user) const;

 private:
  friend class serving::server_core;
  // The same engine for a server, which may outlive it.
  explicit engine(std::shared_ptr<engine_core> core);

  static task<sambung::workspace> workspace_of_member(std::shared_ptr<engine_core> core, tenant_id tenant,
                                                      user_id user);

  std::shared_ptr<engine_core> core_;
  std::shared_ptr<void> going_;  // ends what runs; none in a server's
};

}  // namespace sambung
