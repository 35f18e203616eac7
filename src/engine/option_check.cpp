#include "engine/option_check.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace sambung {
namespace {

using namespace std::chrono_literals;

// Longer ones, such as the largest there is, would end before they begin when they are added to a time.
constexpr std::chrono::hours longest = 366 * 24h;
// It is renewed three times in that; of less nothing but renewing would be done.
constexpr std::chrono::milliseconds shortest_lease = 10ms;

class duration_check {
 public:
  template <class Duration>
  void at_least(Duration least, Duration given, char const* name) {
    if (given >= least && given <= longest) return;
    auto const milliseconds = [](auto time) {
      return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
    };
    issues_.push_back({name, "must be " + milliseconds(least) + " to " + milliseconds(longest) + " ms"});
  }
  template <class Duration>
  void not_negative(Duration given, char const* name) {
    at_least(Duration::zero(), given, name);
  }

  void finish() && {
    if (issues_.empty()) return;
    auto message = issues_.front().path + ": " + issues_.front().message;
    throw error(failure(errc::invalid_argument, std::move(message), std::move(issues_)));
  }

 private:
  std::vector<issue> issues_;
};

}  // namespace

void check_options(engine_options const& options) {
  duration_check check;
  check.at_least(shortest_lease, options.turns.lease, "turns.lease");
  check.not_negative(options.turns.flush_interval, "turns.flush_interval");
  check.not_negative(options.turns.storage_patience, "turns.storage_patience");
  check.not_negative(options.turns.retention, "turns.retention");
  check.not_negative(options.tool_limits.time, "tool_limits.time");
  check.not_negative(options.tool_limits.approval, "tool_limits.approval");
  check.not_negative(options.idempotency_lifetime, "idempotency_lifetime");
  check.not_negative(options.slow_query, "slow_query");
  std::move(check).finish();
}

}  // namespace sambung
