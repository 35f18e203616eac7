// sole_thread: notices that two threads run at once what exactly one should run.
#pragma once

#include <sambung/core/task.hpp>

#include <atomic>
#include <thread>

namespace sambung {

class sole_thread {
 public:
  explicit sole_thread(executor_threads expected) : checks_(expected == executor_threads::one) {}

  // While it lives the calling thread is inside; it does not wait for anything. Throws error(errc::invalid_argument)
  // when another one is.
  class section {
   public:
    explicit section(sole_thread& of) : of_(of.checks_ ? &of : nullptr) {
      if (!of_) return;
      was_ = of_->inside_.exchange(std::this_thread::get_id());
      if (was_ == std::thread::id() || was_ == std::this_thread::get_id()) return;
      throw error(
          errc::invalid_argument,
          "executor_threads::one was said, and two threads run the executor at once: say executor_threads::many");
    }
    ~section() {
      if (of_) of_->inside_ = was_;
    }
    section(section const&) = delete;
    section& operator=(section const&) = delete;

   private:
    sole_thread* of_;
    std::thread::id was_;
  };

 private:
  bool const checks_;
  std::atomic<std::thread::id> inside_;
};

}  // namespace sambung
