// damage_log: tells the observer of damaged rows, of each once in a while however often it is met.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/services/base/observer.hpp>

#include <memory>
#include <mutex>
#include <set>

namespace sambung {

// Thread safety: safe to use from any thread.
class damage_log {
 public:
  damage_log(std::shared_ptr<clock> clock, std::shared_ptr<observer> told);

  // Its own: what collections tell.
  damage_observer const& listener() const { return listener_; }

 private:
  bool is_news(damaged_row const& found);

  std::shared_ptr<clock> clock_;
  std::shared_ptr<observer> told_;
  damage_observer listener_;
  std::mutex mutex_;
  std::set<std::string> known_;
  timestamp since_;  // of known_
};

}  // namespace sambung
