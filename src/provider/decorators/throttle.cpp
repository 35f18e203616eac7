#include "provider/decorators/throttle.hpp"

#include "provider/decorators/decorator.hpp"

namespace sambung {

struct throttle::waiter {
  explicit waiter(double tokens_) : tokens(tokens_) {}

  double tokens;
  rising_level first;  // above 0 once nobody is in front
  bool admitted = false;
};

// Leaves the line, or gives back what was taken, unless it is kept.
class throttle::place {
 public:
  place(throttle& owner, std::shared_ptr<waiter> self) : owner_(owner), self_(std::move(self)) {}
  ~place() {
    if (self_) owner_.leave(*self_);
  }
  place(place const&) = delete;
  place& operator=(place const&) = delete;

  void keep() { self_.reset(); }

 private:
  throttle& owner_;
  std::shared_ptr<waiter> self_;
};

throttle::throttle(rate_limited_options options, std::shared_ptr<clock> clock)
    : options_(std::move(options)),
      clock_(required(std::move(clock), "the clock")),
      watch_(clock_->now()),
      requests_(options_.requests_per_minute, options_.burst, 1),
      tokens_(options_.tokens_per_minute, options_.burst, 1) {
  require(options_.requests_per_minute >= 0 && options_.tokens_per_minute >= 0, "rates must not be negative");
  require(options_.burst.count() >= 0 && options_.max_wait.count() >= 0 && options_.assumed_output_tokens >= 0,
          "the options of a rate limit must not be negative");
}

task<result<throttle::admission>> throttle::enter(std::string model, std::int64_t tokens) {
  auto const self = shared_from_this();
  auto const cost = static_cast<double>(tokens);
  auto const mine = std::make_shared<waiter>(cost);
  std::unique_lock lock(mutex_);
  refill();
  if (line_.empty() && room_for(cost)) {
    take(cost);
    co_return admission(self, tokens);
  }
  auto const wait = wait_behind_line(cost);
  if (line_.size() >= options_.max_waiting || wait > options_.max_wait) {
    lock.unlock();
    co_return refusal(model, wait);
  }
  line_.push_back(mine);
  tokens_in_line_ += cost;
  if (line_.size() == 1) mine->first.raise_to(1);
  lock.unlock();

  place in_line(*this, mine);
  notify(options_.observer, throttled{model, wait});
  auto waiting = wait_in_line(mine);
  auto const admitted = co_await within<bool>(*clock_, options_.max_wait, std::move(waiting));
  in_line.keep();
  if (!admitted)
    if (auto const too_late = last_call(*mine)) co_return refusal(model, *too_late);
  co_return admission(self, tokens);
}

task<bool> throttle::wait_in_line(std::shared_ptr<waiter> self) {
  co_await self->first.above(0);
  for (;;) {
    std::unique_lock lock(mutex_);
    refill();
    if (room_for(self->tokens)) {
      take(self->tokens);
      self->admitted = true;
      step_out(*self);
      co_return true;
    }
    auto const wait = std::max(requests_.time_until(0, 1), tokens_.time_until(0, self->tokens));
    lock.unlock();
    co_await clock_->sleep(wait);
  }
}

void throttle::leave(waiter const& self) {
  if (self.admitted) return give_back(1, self.tokens);
  std::lock_guard const lock(mutex_);
  step_out(self);
}

void throttle::give_back(double requests, double tokens) {
  std::lock_guard const lock(mutex_);
  refill();
  requests_.give_back(requests);
  tokens_.give_back(tokens);
}

failure throttle::refusal(std::string const& model, std::chrono::milliseconds wait) const {
  notify(options_.observer, throttle_refused{model, wait});
  failure why(errc::rate_limited, "too many calls of this provider wait for their turn");
  why.retry_after = wait;
  return why;
}

// A turn that comes with the deadline is in time.
std::optional<std::chrono::milliseconds> throttle::last_call(waiter const& self) {
  std::lock_guard const lock(mutex_);
  if (self.admitted) return std::nullopt;
  refill();
  bool const in_time = line_.front().get() == &self && room_for(self.tokens);
  step_out(self);
  if (!in_time) return wait_behind_line(self.tokens);
  take(self.tokens);
  return std::nullopt;
}

void throttle::refill() {
  auto const now = watch_.passed(clock_->now());
  requests_.refill(now);
  tokens_.refill(now);
}

void throttle::take(double tokens) {
  requests_.take(1);
  tokens_.take(tokens);
}

std::chrono::milliseconds throttle::wait_behind_line(double tokens) const {
  auto const requests = static_cast<double>(line_.size());
  return std::max(requests_.time_until(requests, 1), tokens_.time_until(tokens_in_line_, tokens));
}

void throttle::step_out(waiter const& self) {
  auto const same = [&](std::shared_ptr<waiter> const& each) { return each.get() == &self; };
  auto const found = std::find_if(line_.begin(), line_.end(), same);
  if (found == line_.end()) return;
  line_.erase(found);
  tokens_in_line_ -= self.tokens;
  if (!line_.empty()) line_.front()->first.raise_to(1);
}

void throttle::admission::settle(std::int64_t tokens) {
  if (auto const by = std::move(by_)) by->give_back(0, static_cast<double>(tokens_ - tokens));
}

}  // namespace sambung
