#include "engine/option_check.hpp"

#include "core/waitable.hpp"

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
  void at_least(Duration least, Duration given, char const* name, std::chrono::hours most = longest) {
    if (given >= least && given <= most) return;
    auto const milliseconds = [](auto time) {
      return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
    };
    issues_.push_back({name, "must be " + milliseconds(least) + " to " + milliseconds(most) + " ms"});
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
  auto const of_auth = [&](auto given, char const* name) { check.at_least(given.zero(), given, name, longest_wait); };
  of_auth(options.auth.session_lifetime, "auth.session_lifetime");
  of_auth(options.auth.session_extension, "auth.session_extension");
  of_auth(options.auth.access_token_lifetime, "auth.access_token_lifetime");
  of_auth(options.auth.refresh_token_lifetime, "auth.refresh_token_lifetime");
  of_auth(options.auth.revocation_interval, "auth.revocation_interval");
  of_auth(options.auth.remembered, "auth.remembered");
  std::move(check).finish();
}

}  // namespace sambung
