#include "storage/postgres/postgres_replicas.hpp"

#include <pqxx/result>

namespace sambung::sql {

postgres_replicas::postgres_replicas(postgres_pool& primary, std::vector<pool_settings> const& standbys,
                                     std::chrono::milliseconds max_staleness)
    : primary_(primary), max_staleness_(max_staleness) {
  for (auto const& one : standbys) standbys_.push_back(std::make_unique<standby>(one));
}

// One that has everything is not behind, however long ago the last write was. What the primary has beyond what a
// standby received is known from the last read.
std::string postgres_replicas::lag_statement() {
  std::string known = "NULL";
  {
    std::lock_guard lock(mutex_);
    if (last_) known = quoted(last_->position);
  }
  return "SELECT CASE WHEN NOT pg_is_in_recovery() THEN NULL"
         " WHEN pg_last_wal_replay_lsn() >= greatest(pg_last_wal_receive_lsn(), " +
         known +
         "::pg_lsn) THEN 0"
         " ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())) END::float8";
}

void postgres_replicas::ask_lag(standby& one, std::string statement) {
  if (one.asked.exchange(true)) return;
  auto ask = [&one, statement = std::move(statement)](auto const& on_connection) {
    auto read = [&](postgres_connection& from) -> result<double> {
      auto const found = from.run(statement);
      return found[0][0].is_null() ? standby::unknown : found[0][0].template as<double>();
    };
    auto const lag = on_connection(repetition::safe, postgres_pool::clock::now() + one.pool.max_wait(), read);
    one.lag = lag ? *lag : standby::unknown;
    one.asked = false;
  };
  one.pool.post(std::move(ask), [&one](failure const&) { one.asked = false; });
}

std::vector<std::optional<double>> postgres_replicas::lags() {
  std::vector<std::optional<double>> all;
  for (auto const& one : standbys_) {
    auto const lag = one->lag.load();
    all.push_back(lag == standby::unknown ? std::nullopt : std::optional(lag));
    ask_lag(*one, lag_statement());
  }
  return all;
}

std::string postgres_replicas::up_to(std::string const& position) {
  return "SELECT 1 / coalesce((pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= " + quoted(position) +
         "::pg_lsn)::int, 0); ";
}

task<std::optional<std::string>> postgres_replicas::required_position() {
  observation now;
  now.asked_at = clock::now();
  now.writes = writes_;
  {
    std::lock_guard lock(mutex_);
    if (last_ && last_->writes == now.writes && now.asked_at - last_->asked_at < max_staleness_)
      co_return last_->position;
  }
  auto ask = [](postgres_connection& primary) {
    return read_text(primary.run("SELECT pg_current_wal_flush_lsn()"), 0, 0);
  };
  auto const answer = co_await primary_.run(repetition::safe, std::move(ask));
  if (!answer) co_return std::nullopt;
  now.position = *answer;
  std::lock_guard lock(mutex_);
  if (!last_ || last_->writes <= now.writes) last_ = now;
  co_return std::move(now.position);
}

}  // namespace sambung::sql
