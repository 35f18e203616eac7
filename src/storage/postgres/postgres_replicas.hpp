// Hot standbys that answer reads when they are not behind.
//
// A standby may answer once it has replayed the primary's log up to a position that the primary named after this
// storage's last write and not longer ago than max_staleness. The standby itself compares, in the message that reads.
#pragma once

#include "storage/postgres/postgres_pool.hpp"

namespace sambung::sql {

// Thread safety: safe to use from any thread. Lifetime: the primary's pool must outlive it.
class postgres_replicas {
 public:
  postgres_replicas(postgres_pool& primary, std::vector<pool_settings> const& standbys,
                    std::chrono::milliseconds max_staleness);

  bool empty() const { return standbys_.empty(); }

  // To be told after each write that may have happened.
  void wrote() { ++writes_; }

  // How many calls wait for any of them.
  std::size_t waiting() const {
    std::size_t all = 0;
    for (auto const& one : standbys_) all += one->pool.waiting();
    return all;
  }

  // See postgres_pool.
  void tell_waits(blocking_pool::wait_listener const& to) {
    for (auto const& one : standbys_) one->pool.tell_waits(to);
  }
  void renew() {
    for (auto const& one : standbys_) one->pool.renew();
  }

  // How many seconds each of them is behind, as they said last, and asks them for the next time; none of one that has
  // not said it, or did not answer last time.
  std::vector<std::optional<double>> lags();

  // What fetch(connection, lead) gives on a standby, `lead` being what it must send first in its message; empty when
  // the primary has to answer.
  template <class F>
  task<std::optional<rows>> read(F fetch) {
    auto const position = co_await required_position();
    if (!position) co_return std::nullopt;
    auto const lead = up_to(*position);
    auto& pool = standbys_[next_++ % standbys_.size()]->pool;
    auto from_standby = [&](postgres_connection& from) { return fetch(from, lead); };
    auto found = co_await pool.run(repetition::safe, std::move(from_standby));
    if (!found) co_return std::nullopt;
    co_return std::move(*found);
  }

 private:
  using clock = std::chrono::steady_clock;

  struct standby {
    explicit standby(pool_settings settings) : pool(std::move(settings)) {}

    static constexpr double unknown = -1;
    std::atomic<double> lag = unknown;
    std::atomic<bool> asked = false;
    postgres_pool pool;  // its threads end before what they use
  };

  // A statement that fails on a server that has not replayed so far, or is no standby any more.
  static std::string up_to(std::string const& position);
  task<std::optional<std::string>> required_position();
  // A statement that says how many seconds a standby is behind; null on one that is none any more.
  std::string lag_statement();
  static void ask_lag(standby& one, std::string statement);

  struct observation {
    std::string position;
    clock::time_point asked_at;
    std::uint64_t writes = 0;
  };

  postgres_pool& primary_;
  std::chrono::milliseconds const max_staleness_;
  std::vector<std::unique_ptr<standby>> standbys_;
  std::atomic<std::uint64_t> writes_{0};
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::optional<observation> last_;
};

}  // namespace sambung::sql
