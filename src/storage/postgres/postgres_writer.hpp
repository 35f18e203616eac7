// Writes to a PostgreSQL server: batches that wait together are committed together, so that they share a round trip and
// a sync of the disk, and those that count in the same row do not wait for each other's.
//
// A group is one transaction. When the server refuses any of it, none of it happened, and each batch is applied by
// itself. A batch that shares a row with a group that is being committed waits for the next one: it would only wait in
// the server, where it holds up its own group, or for a group that waits for this one. Other processes write too, so
// the batches of a group are in an order that every group keeps, by tenant and by the first of those rows: two groups
// that count in one row each cannot block each other.
#pragma once

#include <sambung/storage/scope.hpp>

#include "storage/postgres/postgres_change.hpp"
#include "storage/postgres/postgres_pool.hpp"
#include "storage/storage_metrics.hpp"

#include <unordered_set>

namespace sambung::sql {

// Thread safety: write() is safe to call from any thread. Lifetime: outlives the pool's threads, which use it.
class postgres_writer {
 public:
  // Writes on up to `connections` of the pool's at once.
  postgres_writer(postgres_pool& pool, std::size_t connections)
      : pool_(pool), max_working_(std::max<std::size_t>(connections, 1)) {}

  // Precondition: the batch passed check(). Completes when the commit that holds it is durable.
  task<result<receipt>> write(schema_ref s, scope who, batch b);

  // How many batches wait.
  std::size_t waiting() const;
  // From now on groups are measured.
  void measure(std::shared_ptr<detail::storage_metrics const> by);

 private:
  // Nothing: the batch is to be applied by itself.
  using outcome = result<std::optional<receipt>>;

  struct waiting_batch {
    addressed_batch what;
    std::vector<std::string> rows;              // shared_rows
    postgres_pool::clock::time_point deadline;  // for a connection
    pending_call<outcome> done;
  };
  using group = std::vector<waiting_batch>;

  void push(waiting_batch one);
  void work_later();
  void refuse_late(failure const& why);
  template <class Connect>
  void work(Connect const& connect);
  group take();
  bool finish(group const& all);
  template <class Connect>
  void commit(group const& all, Connect const& connect, std::vector<outcome>& outcomes);

  postgres_pool& pool_;
  std::size_t const max_working_;
  mutable std::mutex mutex_;
  std::shared_ptr<detail::storage_metrics const> measured_;  // null: nobody measures
  std::deque<waiting_batch> waiting_;
  std::unordered_set<std::string> busy_rows_;  // of groups that are being committed
  std::size_t working_ = 0;                    // connections that write, or are about to
};

}  // namespace sambung::sql
