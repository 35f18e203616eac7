// A clock that stands still until it is told to go on.
#pragma once

#include <sambung/core/clock.hpp>

#include <map>
#include <memory>
#include <mutex>

namespace sambung::testing {

// Thread safety: every function is safe to call from any thread. Lifetime: it must outlive every sleep that still
// waits.
class manual_clock final : public clock {
 public:
  // Starts at 2026-01-01T00:00:00.000Z.
  manual_clock();
  explicit manual_clock(timestamp start);
  ~manual_clock() override;

  timestamp now() const override;
  // Completes when the clock was advanced by `time` since now; at once when `time` is not positive.
  task<void> sleep(std::chrono::milliseconds time) override;

  // Moves on and completes, in order, every sleep whose time has come.
  void advance(std::chrono::milliseconds time);
  // Jumps as a wall clock does when it is set; sleeps do not notice.
  void set(timestamp now);

  // How many sleeps wait.
  std::size_t sleeping() const;
  // Blocks the calling thread until `count` sleeps wait; false when that took longer than `limit`. For tests whose code
  // runs on other threads.
  bool wait_for_sleepers(std::size_t count, std::chrono::milliseconds limit = std::chrono::seconds(10)) const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace sambung::testing
