#include "provider/decorators/circuit.hpp"

#include "provider/decorators/decorator.hpp"
#include "provider/decorators/jitter.hpp"

namespace sambung {
namespace {

// What those hear who come while a probe is out: its outcome is not known, but soon.
constexpr std::chrono::milliseconds probe_wait{1'000};

}  // namespace

circuit::circuit(circuit_breaker_options options, std::shared_ptr<clock> clock, std::shared_ptr<random_source> random)
    : options_(std::move(options)),
      clock_(required(std::move(clock), "the clock")),
      random_(required(std::move(random), "the source of randomness")),
      watch_(clock_->now()) {
  require(options_.min_calls > 0 && options_.window >= options_.min_calls,
          "a circuit's window must hold its least calls, at least one");
  require(options_.failure_rate > 0 && options_.failure_rate <= 1, "a circuit's failure rate is above 0, at most 1");
  require(options_.open_time.count() > 0 && options_.open_jitter.count() >= 0, "a circuit's rest must be positive");
}

result<circuit::ticket> circuit::enter() {
  change changed;
  std::unique_lock lock(mutex_);
  auto let_in = enter_locked(changed);
  lock.unlock();
  if (changed) notify(options_.observer, *changed);
  return let_in;
}

result<circuit::ticket> circuit::enter_locked(change& changed) {
  if (state_ == circuit_state::closed) return ticket{era_, false};
  auto const now = time();
  bool const resting = state_ == circuit_state::open || probing_;
  if (resting && now < closed_until_) {
    auto const left = closed_until_ - now;
    return refusal(state_ == circuit_state::open ? left : std::min(left, probe_wait));
  }
  if (state_ == circuit_state::open) changed = change_to(circuit_state::half_open);
  probing_ = true;
  closed_until_ = now + options_.open_time;
  return ticket{++era_, true};
}

bool circuit::is_open() const {
  std::lock_guard const lock(mutex_);
  return state_ != circuit_state::closed;
}

void circuit::begun(ticket& call) {
  if (!call.probe) return;
  std::unique_lock lock(mutex_);
  if (call.era != era_) return;
  auto const changed = change_to(circuit_state::closed);
  call = ticket{era_, false};
  lock.unlock();
  notify(options_.observer, *changed);
}

void circuit::ended(ticket const& call, call_outcome how) {
  change changed;
  std::unique_lock lock(mutex_);
  if (call.era != era_) return;
  if (how == call_outcome::uncounted) probing_ = false;
  else if (!call.probe) changed = count(how == call_outcome::failure);
  else changed = change_to(how == call_outcome::failure ? circuit_state::open : circuit_state::closed);
  lock.unlock();
  if (changed) notify(options_.observer, *changed);
}

circuit::change circuit::count(bool failed) {
  outcomes_.push_back(failed);
  failures_ += failed;
  if (outcomes_.size() > options_.window) {
    failures_ -= outcomes_.front();
    outcomes_.pop_front();
  }
  auto const calls = outcomes_.size();
  bool const too_many = static_cast<double>(failures_) >= options_.failure_rate * static_cast<double>(calls);
  // A success never opens it, so that nobody who ends well is told of an outage.
  if (!failed || calls < options_.min_calls || !too_many) return std::nullopt;
  return change_to(circuit_state::open);
}

circuit::change circuit::change_to(circuit_state next) {
  ++era_;
  outcomes_.clear();
  failures_ = 0;
  probing_ = false;
  std::chrono::milliseconds rest{0};
  if (next == circuit_state::open) {
    rest = options_.open_time + random_time(*random_, options_.open_jitter);
    closed_until_ = time() + rest;
  }
  return circuit_changed{options_.name, std::exchange(state_, next), next, rest};
}

failure circuit::refusal(std::chrono::milliseconds retry_after) const {
  failure why(errc::unavailable, options_.name + " has failed too often and is given a rest");
  why.retry_after = retry_after;
  return why;
}

}  // namespace sambung
