// waitable: how long something is waited for. The longest time there is says "without end", and is more than a clock
// can add to now.
#pragma once

#include <algorithm>
#include <chrono>

namespace sambung {

inline constexpr std::chrono::hours longest_wait{24 * 36'525};  // a century

constexpr std::chrono::milliseconds waitable(std::chrono::milliseconds time) noexcept {
  return std::min<std::chrono::milliseconds>(time, longest_wait);
}

}  // namespace sambung
