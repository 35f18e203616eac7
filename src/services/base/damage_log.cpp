#include "services/base/damage_log.hpp"

namespace sambung {
namespace {

// So many rows are told of in this time; more are only left out of what they belong to.
constexpr std::size_t most_rows = 100;
constexpr std::chrono::hours interval{1};

}  // namespace

damage_log::damage_log(std::shared_ptr<clock> clock, std::shared_ptr<observer> told)
    : clock_(std::move(clock)), told_(std::move(told)) {
  listener_ = [this](damaged_row const& found) {
    if (is_news(found)) told_->damaged(found);
  };
}

bool damage_log::is_news(damaged_row const& found) {
  auto name = found.table + '/' + found.key;
  if (found.tenant) name += '/' + to_string(*found.tenant);
  std::lock_guard lock(mutex_);
  auto const now = clock_->now();
  if (now - since_ >= interval) {
    known_.clear();
    since_ = now;
  }
  return known_.size() < most_rows && known_.insert(std::move(name)).second;
}

}  // namespace sambung
