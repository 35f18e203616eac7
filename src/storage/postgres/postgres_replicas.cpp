#include "storage/postgres/postgres_replicas.hpp"

#include <pqxx/result>

namespace sambung::sql {

postgres_replicas::postgres_replicas(postgres_pool& primary, std::vector<pool_settings> const& standbys,
                                     std::chrono::milliseconds max_staleness)
    : primary_(primary), max_staleness_(max_staleness) {
  for (auto const& one : standbys) pools_.push_back(std::make_unique<postgres_pool>(one));
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
