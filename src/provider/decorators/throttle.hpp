// throttle: the line in front of a rate-limited vendor.
#pragma once

#include <sambung/provider/decorators/rate_limit.hpp>

#include "core/rising_level.hpp"
#include "provider/decorators/token_bucket.hpp"
#include "provider/timed.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

namespace sambung {

// Thread safety: safe to use from any thread. Always owned by a shared_ptr.
class throttle : public std::enable_shared_from_this<throttle> {
 public:
  // A call that was let through. Thread safety: none.
  class admission {
   public:
    admission(admission&&) = default;
    admission& operator=(admission&&) = default;
    admission(std::shared_ptr<throttle> by, std::int64_t tokens) : by_(std::move(by)), tokens_(tokens) {}

    // What the call really cost. Only the first time counts.
    void settle(std::int64_t tokens);

   private:
    std::shared_ptr<throttle> by_;
    std::int64_t tokens_ = 0;  // taken before
  };

  throttle(rate_limited_options options, std::shared_ptr<clock> clock);

  // Waits for the turn of a call that costs `tokens`. errc::rate_limited with retry_after.
  task<result<admission>> enter(std::string model, std::int64_t tokens);

 private:
  struct waiter;
  class place;

  task<bool> wait_in_line(std::shared_ptr<waiter> self);
  void leave(waiter const& self);
  void give_back(double requests, double tokens);
  failure refusal(std::string const& model, std::chrono::milliseconds wait) const;
  // Empty when the call is admitted after all; otherwise it has left the line, and would have to wait so long.
  std::optional<std::chrono::milliseconds> last_call(waiter const& self);

  // Under the lock.
  void refill();
  bool room_for(double tokens) const { return requests_.has(1) && tokens_.has(tokens); }
  void take(double tokens);
  std::chrono::milliseconds wait_behind_line(double tokens) const;
  void step_out(waiter const& self);

  rate_limited_options options_;
  std::shared_ptr<clock> clock_;

  std::mutex mutex_;
  stopwatch watch_;
  token_bucket requests_;
  token_bucket tokens_;
  std::list<std::shared_ptr<waiter>> line_;
  double tokens_in_line_ = 0;
};

}  // namespace sambung
