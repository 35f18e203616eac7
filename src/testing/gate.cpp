#include <sambung/testing/gate.hpp>

#include "core/rising_level.hpp"

#include <condition_variable>
#include <mutex>

namespace sambung::testing {

struct gate::state {
  static task<void> wait(std::shared_ptr<state> self) {
    {
      std::lock_guard const lock(self->mutex);
      self->reached = true;
      self->changed.notify_all();
    }
    co_await self->opened.above(0);
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  bool reached = false;
  rising_level opened;  // above 0 once it is
};

gate::gate() : state_(std::make_shared<state>()) {}

void gate::open() {
  {
    std::lock_guard const lock(state_->mutex);
    state_->open = true;
    state_->changed.notify_all();
  }
  state_->opened.raise_to(1);
}

task<void> gate::wait() { return state::wait(state_); }

void gate::block_unless(std::function<bool()> const& abandoned) {
  std::unique_lock lock(state_->mutex);
  state_->reached = true;
  state_->changed.notify_all();
  while (!state_->open && !abandoned()) state_->changed.wait_for(lock, std::chrono::milliseconds(5));
}

bool gate::reached_within(std::chrono::milliseconds time) {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, time, [&] { return state_->reached; });
}

}  // namespace sambung::testing
