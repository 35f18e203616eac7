#include "sql/postgres_pool.hpp"

#include <sys/socket.h>

#include <random>

namespace sambung::sql {
namespace {

constexpr std::chrono::milliseconds reconnect_interval{250};
constexpr std::chrono::seconds silence{1};  // beyond the time in which the server itself should have ended a call
constexpr int max_repetitions = 8;          // of a statement that met a deadlock

// Those that met each other should not meet again.
void back_off(int attempt) {
  thread_local std::minstd_rand random{std::random_device()()};
  auto const most = std::min(1 << attempt, 32);
  std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(0, most)(random)));
}

}  // namespace

postgres_pool::use::use(slot& in) : in_(in) {
  std::lock_guard lock(in_.mutex);
  in_.busy_since = clock::now();
}

postgres_pool::use::~use() {
  std::lock_guard lock(in_.mutex);
  in_.busy_since.reset();
}

postgres_pool::postgres_pool(pool_settings settings)
    : settings_(std::move(settings)),
      slots_(std::max<std::size_t>(settings_.connections, 1)),
      threads_(slots_.size(), settings_.max_queued),
      watchman_([this] { watch(); }) {}

postgres_pool::~postgres_pool() {
  {
    std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  watchman_.join();
}

postgres_connection& postgres_pool::connected(std::size_t worker) {
  auto& mine = slots_[worker];
  // A server that went away tells its idle connections.
  if (mine.connection && !mine.connection->is_quiet()) drop(mine);
  if (!mine.connection) {
    auto made = connect();
    std::lock_guard lock(mine.mutex);
    mine.connection = std::move(made);
  }
  return *mine.connection;
}

std::unique_ptr<postgres_connection> postgres_pool::connect() {
  auto const time = [] { return clock::now().time_since_epoch().count(); };
  auto const later = [&] { return time() + std::chrono::duration_cast<clock::duration>(reconnect_interval).count(); };
  auto next = next_attempt_.load();
  bool const mine = next == 0 || (time() >= next && next_attempt_.compare_exchange_strong(next, later()));
  if (!mine) throw postgres_error("08001", "the server is away");
  try {
    auto made = std::make_unique<postgres_connection>(settings_.session);
    next_attempt_ = 0;
    return made;
  } catch (postgres_error const&) {
    next_attempt_ = later();
    throw;
  }
}

void postgres_pool::drop(slot& in) {
  std::lock_guard lock(in.mutex);
  in.connection.reset();
}

bool postgres_pool::repeat(std::size_t worker, repetition again, int attempt, postgres_error const& e) {
  if (e.lost_connection()) {
    drop(slots_[worker]);
    return again == repetition::safe && attempt == 0;
  }
  bool const contended = e.state() == "40P01" || e.state() == "40001";
  if (!contended || attempt >= max_repetitions) return false;
  back_off(attempt);
  return true;
}

void postgres_pool::watch() {
  auto const longest = settings_.session.statement_timeout + silence;
  std::unique_lock waiting(stop_mutex_);
  while (!stop_.wait_for(waiting, silence, [&] { return stopping_; })) {
    for (auto& one : slots_) {
      std::lock_guard lock(one.mutex);
      if (one.busy_since && one.connection && clock::now() - *one.busy_since > longest)
        ::shutdown(one.connection->socket(), SHUT_RDWR);
    }
  }
}

}  // namespace sambung::sql
