#include "server/turnstile.hpp"

#include <utility>

namespace sambung::serving {

void turnstile::enter(std::function<void()> start) {
  {
    std::lock_guard lock(mutex_);
    if (free_ == 0) return waiting_.push_back(std::move(start));
    --free_;
  }
  start();
}

void turnstile::leave() {
  std::function<void()> next;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  next();
}

}  // namespace sambung::serving
