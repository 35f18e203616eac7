// running_count: how many of something run, for whoever must not go before they have ended.
#pragma once

#include "core/rising_level.hpp"

#include <atomic>

namespace sambung {

// Thread safety: safe to use from any thread.
class running_count {
 public:
  void begin() { begun_.fetch_add(1); }

  // What ends the running thing whose beginning is counted already: may outlive this object.
  auto ending() {
    return [ended = ended_](auto&&...) mutable { ended.raise_by(1); };
  }

  // Completes when everything that has begun by now has ended.
  task<void> all_ended() const { co_await ended_.above(begun_.load() - 1); }

 private:
  std::atomic<std::int64_t> begun_ = 0;
  rising_level ended_;
};

}  // namespace sambung
