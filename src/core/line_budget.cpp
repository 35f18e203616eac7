#include "core/line_budget.hpp"

#include <utility>

namespace sambung {

// A clock that was set back begins anew as well.
bool line_budget::is_over(timestamp now) const { return now < begun_ || now - begun_ >= std::chrono::seconds(1); }

std::optional<std::uint64_t> line_budget::take(timestamp now) {
  std::lock_guard const lock(mutex_);
  if (is_over(now)) {
    begun_ = now;
    taken_ = 0;
  }
  if (taken_ >= per_second_) {
    ++left_out_;
    return std::nullopt;
  }
  ++taken_;
  return std::exchange(left_out_, 0);
}

std::uint64_t line_budget::take_left_out(timestamp now) {
  std::lock_guard const lock(mutex_);
  return is_over(now) ? std::exchange(left_out_, 0) : 0;
}

}  // namespace sambung
