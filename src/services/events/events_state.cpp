#include "services/events/events_state.hpp"

namespace sambung {

void events_state::enter(user_id who, std::shared_ptr<subscription> by) {
  std::lock_guard lock(mutex_);
  if (closed_) throw error(errc::unavailable, "the engine is shutting down");
  auto& own = open_[who];
  if (own.size() >= max_per_user) throw error(errc::rate_limited, "too many follow what happens");
  own.insert(std::move(by));
}

void events_state::leave(user_id who, std::shared_ptr<subscription> const& by) noexcept {
  std::lock_guard lock(mutex_);
  auto const own = open_.find(who);
  if (own == open_.end()) return;
  own->second.erase(by);
  if (own->second.empty()) open_.erase(own);
}

// Whoever waits may go while it is woken, and leaves: not under the lock.
void events_state::close() noexcept {
  decltype(open_) ended;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    ended.swap(open_);
  }
  for (auto const& [who, own] : ended)
    for (auto const& one : own) one->cancel();
}

}  // namespace sambung
