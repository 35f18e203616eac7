// damage_log: tells the application of damaged rows, of each once in a while however often it is met.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/storage/damaged_row.hpp>

#include <memory>
#include <mutex>
#include <set>

namespace sambung {

// Thread safety: safe to use from any thread.
class damage_log {
 public:
  damage_log(std::shared_ptr<clock> clock, damage_observer told);

  // Its own: what collections tell.
  damage_observer const& observer() const { return observer_; }

 private:
  bool is_news(damaged_row const& found);

  std::shared_ptr<clock> clock_;
  damage_observer told_;
  damage_observer observer_;
  std::mutex mutex_;
  std::set<std::string> known_;
  timestamp since_;  // of known_
};

}  // namespace sambung
