// engine_core: what the services of one engine share.
#pragma once

#include <sambung/core/id.hpp>
#include <sambung/provider/catalog.hpp>
#include <sambung/services/accounting/price_list.hpp>
#include <sambung/services/auth/auth.hpp>
#include <sambung/services/turns/context.hpp>
#include <sambung/services/turns/toolbox.hpp>
#include <sambung/services/turns/turns.hpp>
#include <sambung/storage/collection.hpp>

#include "core/rising_level.hpp"
#include "core/running_count.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace sambung {

class authority_cache;
class blocking_pool;
class key_finder;
class quota_book;
class recent_heads;
class revocations;
class turn_table;
class usage_meter;

class engine_core : public std::enable_shared_from_this<engine_core> {
 public:
  boost::asio::any_io_executor executor;
  executor_threads threads = executor_threads::many;
  std::shared_ptr<sambung::storage> store;
  schema_ref schema;
  provider_registry providers;
  std::unique_ptr<model_catalog> catalog;  // of the providers
  std::shared_ptr<sambung::clock> clock;
  std::shared_ptr<random_source> random;
  std::shared_ptr<context_policy> context;
  price_list prices;
  turn_options turns;
  toolbox tools;
  sambung::tool_limits tool_limits;
  auth_options auth;          // with secrets, made up if none were given
  secret_ring vault_secrets;  // as given: without one nothing is sealed, it could not be opened after the process
  bool sole = true;           // no other engine works on this storage
  uuid instance;              // of this engine, in leases
  rising_level closing;       // above 0: periodic work ends
  std::unique_ptr<id_generator> ids;
  std::unique_ptr<turn_table> running;
  std::unique_ptr<usage_meter> usage;
  std::unique_ptr<authority_cache> authorities;
  std::unique_ptr<recent_heads> heads;
  std::unique_ptr<key_finder> keys;
  std::unique_ptr<quota_book> quotas;
  std::unique_ptr<sambung::revocations> revocations;
  std::unique_ptr<blocking_pool> passwords;  // where they are hashed and checked

  engine_core();
  ~engine_core();

  // Runs `work` on the executor beside its caller. What it throws is lost.
  void run_aside(task<void> work);
  // Completes when everything that runs aside has ended: it uses the storage, which may go afterwards.
  task<void> asides_ended();

  template <class R>
  collection<R> records(scope who) const {
    return collection<R>(*store, who);
  }

 private:
  running_count asides_;
};

}  // namespace sambung
