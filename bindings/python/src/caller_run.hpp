// caller_run: an executor that the thread runs which begins an operation, for as long as it stays; then the engine's.
// What an operation does at once so needs no other thread, and what it leaves running goes on.
#pragma once

#include "shape.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>

namespace sambung::python {

// Thread safety: run(), run_present() and leave() are for the one thread that stays; the rest is safe to use from any
// thread.
class caller_run : public std::enable_shared_from_this<caller_run> {
 public:
  // `later` runs one thing at a time. Timers and sockets are those of its context.
  explicit caller_run(boost::asio::any_io_executor later) : later_(std::move(later)) {}

  // One thing at a time.
  boost::asio::any_io_executor executor();

  // The outcome of the operation: the first one counts.
  void tell(erased value, std::exception_ptr thrown);

  // Runs what is there and what comes until the outcome was told. False: not in this time.
  bool run(std::chrono::milliseconds limit);
  // Runs what is there, and what that brings, up to so much, and waits for nothing.
  void run_present(std::size_t most);
  // Here runs nothing any more.
  void leave();
  class presence;
  // Behind run(). Throws what was thrown.
  erased outcome();

 private:
  using job = boost::asio::any_completion_handler<void()>;
  class its_executor;
  class turn;
  struct posted;
  void put(job one);
  void run_next(std::unique_lock<std::mutex>& lock);

  boost::asio::any_io_executor const later_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> jobs_;
  bool left_ = false;
  bool told_ = false;
  erased value_;
  std::exception_ptr thrown_;
};

// Leaves, however its scope ends.
class caller_run::presence {
 public:
  explicit presence(caller_run& in) : in_(in) {}
  ~presence() { in_.leave(); }
  presence(presence const&) = delete;
  presence& operator=(presence const&) = delete;

 private:
  caller_run& in_;
};

}  // namespace sambung::python
