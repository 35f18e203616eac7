// token_bucket: what a rate leaves room for. No clock of its own, no I/O.
#pragma once

#include <chrono>

namespace sambung {

// Thread safety: none.
class token_bucket {
 public:
  // No limit when `per_minute` is 0.
  token_bucket(double per_minute, std::chrono::milliseconds burst, double least_capacity);

  // Time goes on to `now`, counted from any beginning.
  void refill(std::chrono::milliseconds now);

  // Whether `amount` may go now; more than the bucket holds may when it is full.
  bool has(double amount) const;
  // May leave less than nothing.
  void take(double amount);
  // What was taken too much.
  void give_back(double amount);
  // Until `amount` may go when `before` goes first.
  std::chrono::milliseconds time_until(double before, double amount) const;

 private:
  bool limited() const { return per_ms_ > 0; }

  double per_ms_;
  double capacity_;
  double level_;
  std::chrono::milliseconds at_{0};
};

}  // namespace sambung
