// The one thread that writes to a SQLite file. It takes whatever batches are waiting and commits them together: one
// fsync for all. A batch that fails leaves no trace and does not disturb its neighbours.
#pragma once

#include <sambung/storage/scope.hpp>

#include "core/pending_call.hpp"
#include "storage/sqlite/sqlite_connection.hpp"
#include "storage/storage_metrics.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <thread>

namespace sambung::sql {

// Thread safety: write() and exclusively() are safe to call from any thread. The destructor finishes what is queued.
class sqlite_writer {
 public:
  sqlite_writer(std::unique_ptr<sqlite_connection> connection, std::size_t max_queued, std::size_t max_group);
  ~sqlite_writer();
  sqlite_writer(sqlite_writer const&) = delete;
  sqlite_writer& operator=(sqlite_writer const&) = delete;

  // Precondition: the batch passed check(). Completes when the commit that holds it is durable.
  task<result<receipt>> write(schema_ref s, scope who, batch b);

  // How many batches wait.
  std::size_t waiting() const;
  // From now on groups are measured.
  void measure(std::shared_ptr<detail::storage_metrics const> by);

  // Runs f(connection) between two groups; an error it throws is the outcome.
  task<result<void>> exclusively(std::function<void(sqlite_connection&)> f);

 private:
  struct waiting_batch;
  struct waiting_task;
  using group = std::span<waiting_batch* const>;

  void work();
  void run_task(waiting_task& one);
  void commit(group all);
  // What a batch that fails takes back by itself.
  enum class undo { nothing, batch };
  bool apply(group all);
  void begin();
  bool apply_each(group all, undo how);
  bool apply_one(waiting_batch& one, undo how);
  void roll_back();
  static void fail(group all, failure const& why);
  static void tell(detail::storage_metrics const& measured, group all);

  std::unique_ptr<sqlite_connection> connection_;
  schema_ref prepared_for_;
  std::size_t const max_queued_;
  std::size_t const max_group_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<waiting_batch*> batches_;
  std::deque<waiting_task*> tasks_;
  std::shared_ptr<detail::storage_metrics const> measured_;  // null: nobody measures
  bool idle_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sambung::sql
