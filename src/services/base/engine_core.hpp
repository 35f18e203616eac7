// engine_core: what everything in one engine stands on, and the state of each room, which only that room looks into.
#pragma once

#include <sambung/core/id_generator.hpp>
#include <sambung/security/permissions.hpp>
#include <sambung/storage/collection.hpp>

#include "core/hosted_executor.hpp"
#include "core/rising_level.hpp"
#include "core/running_count.hpp"
#include "core/sole_thread.hpp"
#include "services/base/damage_log.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <memory>

namespace sambung {

class broker;
struct engine_metrics;
class events_state;
class metrics;
class provider_registry;
class revocations;
class standings;
class tracer;
// In <room>_state.hpp of each.
struct accounting_state;
struct auth_state;
struct vault_state;
struct templates_state;
struct turns_state;

class engine_core : public std::enable_shared_from_this<engine_core> {
 public:
  boost::asio::any_io_executor executor;
  executor_threads threads = executor_threads::many;
  std::shared_ptr<sambung::storage> store;
  bool sole = true;         // no other engine works on this storage
  bool only_reads = false;  // it changes nothing there
  std::chrono::seconds idempotency_lifetime{};
  schema_ref schema;
  permission_table permissions;  // the application's own
  std::shared_ptr<sambung::clock> clock;
  std::shared_ptr<random_source> random;
  std::unique_ptr<id_generator> ids;
  uuid instance;                   // of this engine, in leases
  rising_level closing;            // above 0: periodic work ends
  std::atomic<bool> gone = false;  // the engine has, and its executor may have: what is left are operations
  std::unique_ptr<provider_registry> providers;
  std::unique_ptr<sambung::revocations> revocations;
  std::unique_ptr<sambung::standings> standings;
  std::shared_ptr<sambung::observer> observer;  // never null, throws nothing
  std::shared_ptr<sambung::broker> broker;      // never null
  std::shared_ptr<sambung::metrics> metrics;    // may be null
  std::shared_ptr<engine_metrics> measured;     // what is in them; never null
  std::shared_ptr<sambung::tracer> tracer;      // may be null
  bool trace_upstream = false;                  // completion_request::trace is filled
  bool trace_content = false;                   // spans have what was written
  std::unique_ptr<damage_log> damage;
  std::unique_ptr<sole_thread> thread;    // of executor_threads::one: where it is about to matter
  std::unique_ptr<hosted_executor> host;  // the mark of its executor

  std::unique_ptr<accounting_state> accounting;
  std::unique_ptr<auth_state> auth;
  std::unique_ptr<vault_state> vault;
  std::unique_ptr<templates_state> templates;
  std::unique_ptr<turns_state> turns;
  std::unique_ptr<events_state> events;

  engine_core();
  ~engine_core();

  // Runs `work` on the executor beside its caller, unless the engine has gone. What it throws is lost: it catches what
  // is to be told.
  void run_in_background(task<void> work);
  // Completes when everything that runs aside has ended: it uses the storage, which may go afterwards.
  task<void> background_ended();

  template <class R>
  collection<R> records(scope who) const {
    return collection<R>(*store, who, &damage->listener());
  }

 private:
  running_count background_;
};

// What the coroutine of a verb takes by value, beside who calls: the operation needs neither its handle nor the engine.
using core_ptr = std::shared_ptr<engine_core>;

}  // namespace sambung
