#include "http/server/body_budget.hpp"

#include <utility>

namespace sambung::serving {

bool body_budget::take(std::size_t bytes) {
  auto held = held_.load();
  do {
    if (bytes > limit_ - held) return false;
  } while (!held_.compare_exchange_weak(held, held + bytes));
  return true;
}

void body_budget::give_back(std::size_t bytes) {
  held_ -= bytes;
  given_back_ += bytes;
}

bool body_share::grow_to(std::size_t bytes) {
  if (bytes <= held_) return true;
  if (!of_->take(bytes - held_)) return false;
  held_ = bytes;
  return true;
}

void body_share::release() {
  if (auto const held = std::exchange(held_, 0)) of_->give_back(held);
}

}  // namespace sambung::serving
