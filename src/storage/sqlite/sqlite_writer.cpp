#include "storage/sqlite/sqlite_writer.hpp"

#include "core/blocking_pool.hpp"
#include "storage/sqlite/sqlite_change.hpp"

namespace sambung::sql {

// Both live in the coroutine that waits, which `done` keeps: nothing of a write is allocated by one thread and freed by
// another, where they would wait for each other.
struct sqlite_writer::waiting_batch {
  waiting_batch(schema_ref s_, scope who_, batch changes_)
      : s(std::move(s_)), who(who_), changes(std::move(changes_)) {}

  // The last that happens to it: from then on the coroutine may go on, and end.
  void complete() { std::move (*std::exchange(done, std::nullopt))(std::move(outcome)); }

  schema_ref s;
  scope who;
  batch changes;
  std::chrono::steady_clock::time_point const since = std::chrono::steady_clock::now();
  std::optional<pending_call<result<receipt>>> done;
  result<receipt> outcome = receipt();
};

struct sqlite_writer::waiting_task {
  explicit waiting_task(std::function<void(sqlite_connection&)> run_) : run(std::move(run_)) {}

  void complete(result<void> outcome) { std::move (*std::exchange(done, std::nullopt))(std::move(outcome)); }

  std::function<void(sqlite_connection&)> run;
  std::optional<pending_call<result<void>>> done;
};

sqlite_writer::sqlite_writer(std::unique_ptr<sqlite_connection> connection, std::size_t max_queued,
                             std::size_t max_group)
    : connection_(std::move(connection)),
      max_queued_(max_queued),
      max_group_(std::max<std::size_t>(max_group, 1)),
      thread_([this] { work(); }) {}

sqlite_writer::~sqlite_writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

task<result<receipt>> sqlite_writer::write(schema_ref s, scope who, batch b) {
  waiting_batch one(std::move(s), who, std::move(b));
  auto start = [&](pending_call<result<receipt>> done) {
    one.done.emplace(std::move(done));
    bool taken = false, wake = false;
    {
      std::lock_guard lock(mutex_);
      if (batches_.size() < max_queued_) {
        batches_.push_back(&one);
        taken = true;
        wake = std::exchange(idle_, false);
      }
    }
    if (wake) wake_.notify_one();
    if (taken) return;
    one.outcome = blocking_pool::full();
    one.complete();
  };
  co_return co_await await_call<result<receipt>>(std::move(start));
}

task<result<void>> sqlite_writer::exclusively(std::function<void(sqlite_connection&)> f) {
  waiting_task one(std::move(f));
  auto start = [&](pending_call<result<void>> done) {
    one.done.emplace(std::move(done));
    {
      std::lock_guard lock(mutex_);
      tasks_.push_back(&one);
      idle_ = false;
    }
    wake_.notify_one();
  };
  co_return co_await await_call<result<void>>(std::move(start));
}

void sqlite_writer::work() {
  std::vector<waiting_batch*> taken;
  taken.reserve(max_group_);
  std::unique_lock lock(mutex_);
  while (true) {
    if (!tasks_.empty()) {
      auto* const one = tasks_.front();
      tasks_.pop_front();
      lock.unlock();
      run_task(*one);
      lock.lock();
    } else if (!batches_.empty()) {
      while (!batches_.empty() && taken.size() < max_group_) {
        taken.push_back(batches_.front());
        batches_.pop_front();
      }
      auto const measured = measured_;
      lock.unlock();
      if (measured) tell(*measured, taken);
      commit(taken);
      for (auto* one : taken) one->complete();
      taken.clear();
      lock.lock();
    } else if (stopping_) {
      return;
    } else {
      idle_ = true;
      wake_.wait(lock, [&] { return stopping_ || !tasks_.empty() || !batches_.empty(); });
      idle_ = false;
    }
  }
}

void sqlite_writer::tell(detail::storage_metrics const& measured, group all) {
  auto const now = std::chrono::steady_clock::now();
  auto const waits = measured.waits("writer");
  for (auto const* one : all) waits.observe(std::chrono::duration<double>(now - one->since).count());
  measured.group_sizes().observe(static_cast<double>(all.size()));
}

std::size_t sqlite_writer::waiting() const {
  std::lock_guard lock(mutex_);
  return batches_.size();
}

void sqlite_writer::measure(std::shared_ptr<detail::storage_metrics const> by) {
  std::lock_guard lock(mutex_);
  measured_ = std::move(by);
}

void sqlite_writer::run_task(waiting_task& one) {
  result<void> outcome;
  try {
    one.run(*connection_);
  } catch (error const& e) {
    outcome = e.why();
  }
  one.complete(std::move(outcome));
}

void sqlite_writer::commit(group all) {
  if (apply(all)) return;
  // Something under the group failed, a full disk perhaps: each batch by itself, so that one too large harms no other.
  if (all.size() > 1)
    for (std::size_t i = 0; i < all.size(); ++i) apply(all.subspan(i, 1));
}

// Applies and commits; false when the group was rolled back before its commit and every outcome is that failure.
bool sqlite_writer::apply(group all) {
  bool committing = false;
  try {
    begin();
    // Savepoints cost much more than they are needed: only a group in which a batch fails half-way starts again with
    // them. A batch that is alone is undone with its transaction.
    if (!apply_each(all, undo::nothing)) {
      roll_back();
      if (all.size() == 1) return true;
      begin();
      apply_each(all, undo::batch);
    }
    committing = true;
    connection_->run_kept("COMMIT");
    return true;
  } catch (error const& e) {
    roll_back();
    fail(all, e.why());
    // After a failed commit nobody knows whether the batches are there: trying again could do them twice.
    return committing;
  }
}

void sqlite_writer::begin() { connection_->run_kept("BEGIN IMMEDIATE"); }

// False when a batch failed and some of its changes are still there.
bool sqlite_writer::apply_each(group all, undo how) {
  for (auto* one : all)
    if (!apply_one(*one, how)) return false;
  return true;
}

bool sqlite_writer::apply_one(waiting_batch& one, undo how) {
  if (one.s != prepared_for_) {
    connection_->forget_statements();
    prepared_for_ = one.s;
  }
  auto const& changes = one.changes.changes();
  bool const guarded = how == undo::batch && changes.size() > 1;
  if (guarded) connection_->run_kept("SAVEPOINT one");
  receipt done;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto fault = apply_change(*connection_, *one.s, one.who, changes[i]);
    if (!fault) {
      done.rows += !std::holds_alternative<require_row>(changes[i]);
      continue;
    }
    one.outcome = change_failure(i, std::move(*fault));
    if (guarded) connection_->run("ROLLBACK TO one; RELEASE one");
    return guarded || i == 0;  // a statement that fails undoes itself
  }
  if (guarded) connection_->run_kept("RELEASE one");
  one.outcome = done;
  return true;
}

void sqlite_writer::roll_back() {
  if (connection_->in_transaction()) connection_->run("ROLLBACK");
}

void sqlite_writer::fail(group all, failure const& why) {
  for (auto* one : all) one->outcome = why;
}

}  // namespace sambung::sql
