#include "services/events/events_state.hpp"

namespace sambung {

void events_state::enter(user_id who, subscription& by) {
  std::lock_guard lock(mutex_);
  if (closed_) throw error(errc::unavailable, "the engine is shutting down");
  auto& own = open_[who];
  if (own.size() >= max_per_user) throw error(errc::rate_limited, "too many follow what happens");
  own.insert(&by);
}

void events_state::leave(user_id who, subscription& by) noexcept {
  std::lock_guard lock(mutex_);
  auto const own = open_.find(who);
  if (own == open_.end()) return;
  own->second.erase(&by);
  if (own->second.empty()) open_.erase(own);
}

void events_state::close() noexcept {
  std::lock_guard lock(mutex_);
  closed_ = true;
  for (auto const& [who, own] : open_)
    for (auto* one : own) one->cancel();
}

}  // namespace sambung
