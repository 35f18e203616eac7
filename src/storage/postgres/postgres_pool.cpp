#include "storage/postgres/postgres_pool.hpp"

#include "storage/postgres/postgres_refusal.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <random>

namespace sambung::sql {
namespace {

constexpr std::chrono::milliseconds reconnect_interval{250};
constexpr std::chrono::milliseconds watch_interval{100};
constexpr std::chrono::seconds silence{1};  // beyond the time in which the server itself should have ended a call
constexpr int max_repetitions = 8;          // of a statement that met a deadlock

failure none_was_free() { return failure(errc::unavailable, "no connection to the database was free in time"); }

}  // namespace

postgres_pool::postgres_pool(pool_settings settings)
    : settings_(std::move(settings)),
      threads_(std::max<std::size_t>(settings_.connections, 1), settings_.max_queued),
      watchman_([this] { watch(); }) {}

postgres_pool::~postgres_pool() {
  // The watchman goes last: a server that fell silent would hold the threads for ever.
  threads_.finish();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  watchman_.join();
}

postgres_pool::lease postgres_pool::acquire(clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (clock::now() > deadline) throw error(none_was_free());
    if (auto found = idle_member()) return lend(std::move(found));
    if (may_connect()) {
      try {
        return connect(lock);
      } catch (postgres_error const& e) {
        if (!one_may_come() && was_let_in_) throw;
        if (!one_may_come()) say_why(e, lock);
      }
    } else if (!one_may_come()) {
      if (refusal_) throw error(*refusal_);
      throw postgres_error("08001", "the server is away");
    }
    freed_.wait_until(lock, deadline);
  }
}

// Of a server that never let anybody in whoever sets it up is told all that is known.
void postgres_pool::say_why(postgres_error const& said, std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  auto why = refusal_of(settings_.session, said);
  lock.lock();
  refusal_ = why;
  throw error(std::move(why));
}

std::unique_ptr<postgres_pool::member> postgres_pool::idle_member() {
  while (!idle_.empty()) {
    auto one = std::move(idle_.back());
    idle_.pop_back();
    // A server that went away tells its idle connections.
    if (one->connection->is_quiet()) return one;
  }
  return nullptr;
}

// To a server that refused, one at a time.
bool postgres_pool::may_connect() const { return !next_attempt_ || (!attempting_ && clock::now() >= *next_attempt_); }

bool postgres_pool::one_may_come() const { return !busy_.empty() || connecting_ > 0; }

// The lock is held before and after, however it ends.
postgres_pool::lease postgres_pool::connect(std::unique_lock<std::mutex>& lock) {
  bool const in_spite = next_attempt_.has_value();
  auto const count = [&](bool begun) {
    if (in_spite) attempting_ = begun;
    else connecting_ += begun ? 1 : -1;
  };
  auto made = std::make_unique<member>();
  made->generation = generation_;
  count(true);
  lock.unlock();
  try {
    made->connection = std::make_unique<postgres_connection>(settings_.session);
    lock.lock();
    auto ready = lend(std::move(made));
    lock.unlock();
    begin_session(ready);
    lock.lock();
    count(false);
    next_attempt_.reset();
    refusal_.reset();
    was_let_in_ = true;
    return ready;
  } catch (postgres_error const&) {
    lock.lock();
    count(false);
    next_attempt_ = clock::now() + reconnect_interval;
    freed_.notify_all();
    throw;
  }
}

void postgres_pool::begin_session(lease& fresh) {
  try {
    fresh.connection().begin_session();
  } catch (postgres_error const&) {
    fresh.discard();
    throw;
  }
}

// mutex_ is held.
postgres_pool::lease postgres_pool::lend(std::unique_ptr<member> one) {
  one->busy_since = clock::now();
  busy_.push_back(one.get());
  return lease(*this, std::move(one));
}

void postgres_pool::take_back(std::unique_ptr<member> one, bool usable) {
  {
    std::lock_guard lock(mutex_);
    std::erase(busy_, one.get());
    if (usable && one->generation == generation_ && one->connection->is_open()) idle_.push_back(std::move(one));
  }
  freed_.notify_all();
}

void postgres_pool::renew() {
  std::vector<std::unique_ptr<member>> old;
  {
    std::lock_guard lock(mutex_);
    ++generation_;
    old.swap(idle_);
  }
  freed_.notify_all();
}

bool postgres_pool::may_repeat(repetition again, clock::time_point deadline, int attempt, postgres_error const& e) {
  if (e.lost_connection()) return again == repetition::safe && attempt == 0 && clock::now() < deadline;
  return e.is_contended() && attempt < max_repetitions;
}

// Those that met each other should not meet again.
void postgres_pool::back_off(int attempt) {
  thread_local std::minstd_rand random{std::random_device()()};
  auto const most = std::min(1 << attempt, 32);
  std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(0, most)(random)));
}

void postgres_pool::watch() {
  auto const longest = settings_.session.statement_timeout + silence;
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, watch_interval, [&] { return stopping_; })) {
    auto const now = clock::now();
    for (auto const* one : busy_) {
      if (now - one->busy_since <= longest) continue;
      ::shutdown(one->connection->socket(), SHUT_RDWR);
      // Connecting may take as long: one tries.
      if (!next_attempt_) next_attempt_ = now;
    }
    lock.unlock();
    threads_.refuse_queued_before(now - settings_.max_wait, none_was_free());
    lock.lock();
  }
}

}  // namespace sambung::sql
