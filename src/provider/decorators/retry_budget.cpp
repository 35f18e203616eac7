#include "provider/decorators/retry_budget.hpp"

namespace sambung {
namespace {

// A tenth has no exact binary form: ten of them must still make one.
constexpr double attempt_rounding = 1e-9;

}  // namespace

void retry_budget::earn(std::string_view key) {
  std::lock_guard const lock(mutex_);
  auto const found = tokens_.find(place_of(key));
  if (found == tokens_.end()) return;
  found->second += per_call_;
  if (found->second >= burst_) tokens_.erase(found);
}

bool retry_budget::spend(std::string_view key) {
  std::lock_guard const lock(mutex_);
  auto const place = place_of(key);
  auto const found = tokens_.find(place);
  auto const left = (found == tokens_.end() ? burst_ : found->second) + attempt_rounding;
  if (left < 1) return false;
  if (found == tokens_.end()) tokens_.emplace(place, left - 1);
  else found->second = left - 1;
  return true;
}

std::string_view retry_budget::place_of(std::string_view key) const {
  return tokens_.size() < max_keys || tokens_.contains(key) ? key : std::string_view();
}

}  // namespace sambung
