#include "services/events/events_state.hpp"

#include <algorithm>

namespace sambung {

void events_state::enter(user_id who, std::shared_ptr<subscription> by) {
  std::lock_guard lock(mutex_);
  if (closed_) throw error(errc::unavailable, "the engine is shutting down");
  if (open_.count(who) >= max_per_user) throw error(errc::rate_limited, "too many follow what happens");
  open_.emplace(who, std::move(by));
}

void events_state::leave(user_id who, std::shared_ptr<subscription> const& by) noexcept {
  std::lock_guard lock(mutex_);
  auto const [begin, end] = open_.equal_range(who);
  auto const found = std::find_if(begin, end, [&](auto const& one) { return one.second == by; });
  if (found != end) open_.erase(found);
}

// Whoever waits may go while it is woken, and leaves: not under the lock.
void events_state::close() noexcept {
  decltype(open_) ended;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    ended.swap(open_);
  }
  for (auto const& [who, one] : ended) one->cancel();
}

}  // namespace sambung
