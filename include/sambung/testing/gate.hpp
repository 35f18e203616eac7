// gate: holds back whoever comes to it until it is opened. With it a test decides what happens first, without sleeping.
#pragma once

#include <sambung/core/task.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace sambung::testing {

// Copies are the same gate.
// Thread safety: every function is safe to call from any thread.
class gate {
 public:
  gate();

  // From now on everybody passes.
  void open();

  // Completes on the caller's executor once the gate is open.
  task<void> wait();

  // Blocks the thread until the gate is open or `abandoned`, asked every few milliseconds, says true.
  void block_unless(std::function<bool()> const& abandoned);

  // Blocks the thread until somebody has come to the gate; false if nobody does in `time`.
  bool reached_within(std::chrono::milliseconds time);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace sambung::testing
