#include "provider/decorators/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace sambung {
namespace {

// Room for what adding up fractions loses.
constexpr double rounding = 1e-6;
// More than anybody waits; keeps the arithmetic of times from overflowing.
constexpr double longest_ms = 1e12;

}  // namespace

token_bucket::token_bucket(double per_minute, std::chrono::milliseconds burst, double least_capacity)
    : per_ms_(per_minute / 60'000),
      capacity_(std::max(per_ms_ * static_cast<double>(burst.count()), least_capacity)),
      level_(capacity_) {}

void token_bucket::refill(std::chrono::milliseconds now) {
  auto const time = static_cast<double>((now - at_).count());
  at_ = now;
  level_ = std::min(capacity_, level_ + time * per_ms_);
}

bool token_bucket::has(double amount) const { return !limited() || level_ + rounding >= std::min(amount, capacity_); }

void token_bucket::take(double amount) {
  if (limited()) level_ -= amount;
}

void token_bucket::give_back(double amount) {
  if (limited()) level_ = std::min(capacity_, level_ + amount);
}

std::chrono::milliseconds token_bucket::time_until(double before, double amount) const {
  if (!limited()) return std::chrono::milliseconds(0);
  auto const missing = before + std::min(amount, capacity_) - level_ - rounding;
  if (missing <= 0) return std::chrono::milliseconds(0);
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(std::ceil(missing / per_ms_), longest_ms)));
}

}  // namespace sambung
