// circuit: whether calls may be made, judged by how the last ones ended. No I/O.
#pragma once

#include <sambung/provider/decorators/circuit_breaker.hpp>

#include "provider/timed.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace sambung {

enum class call_outcome { success, failure, uncounted };

// Thread safety: safe to use from any thread.
class circuit {
 public:
  // A call that was let through. What it reports counts while the circuit is in the state that let it through.
  struct ticket {
    std::uint64_t era = 0;
    bool probe = false;
  };

  circuit(circuit_breaker_options options, std::shared_ptr<clock> clock, std::shared_ptr<random_source> random);

  // errc::unavailable with retry_after when no call may be made now.
  result<ticket> enter();

  // Whether it lets nothing through now but, after its rest, a probe.
  bool is_open() const;

  // The first content of the call is here.
  void begun(ticket& call);
  // Once for each ticket, the last that is said of it.
  void ended(ticket const& call, call_outcome how);

 private:
  using change = std::optional<circuit_changed>;

  result<ticket> enter_locked(change& changed);
  change change_to(circuit_state next);
  change count(bool failed);
  failure refusal(std::chrono::milliseconds retry_after) const;
  std::chrono::milliseconds time() { return watch_.passed(clock_->now()); }

  circuit_breaker_options options_;
  std::shared_ptr<clock> clock_;
  std::shared_ptr<random_source> random_;

  mutable std::mutex mutex_;
  stopwatch watch_;
  circuit_state state_ = circuit_state::closed;
  std::uint64_t era_ = 0;
  std::deque<bool> outcomes_;  // of the last calls, true for those that failed
  std::size_t failures_ = 0;
  std::chrono::milliseconds closed_until_{0};  // open: when the rest is over; half open: when the probe is given up
  bool probing_ = false;
};

}  // namespace sambung
