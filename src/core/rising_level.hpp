// rising_level: a number that only grows, and coroutines that wait for it to pass a mark.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/task.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>

namespace sambung {

// Copies are the same level. Thread safety: safe to use from any thread. Waiters resume on their own executors, never
// inside raise_to().
class SAMBUNG_API rising_level {
 public:
  static constexpr std::int64_t top = std::numeric_limits<std::int64_t>::max();

  rising_level() : state_(std::make_shared<state>()) {}

  // Wakes who waits for less. A lower number than before changes nothing.
  void raise_to(std::int64_t level);
  void raise_by(std::int64_t amount);

  // Completes once the level is above `mark`. Cancellation throws boost::system::system_error(operation_aborted).
  task<void> above(std::int64_t mark) const;
  // The same, and false when it is cancelled: for races, whose losers would throw for nothing.
  task<bool> try_above(std::int64_t mark) const;

  std::int64_t value() const;

 private:
  struct waiter {
    boost::asio::any_io_executor executor;
    boost::asio::any_completion_handler<void(boost::system::error_code)> handler;
    void resume(boost::system::error_code how) &&;
  };
  struct state {
    std::mutex mutex;
    std::int64_t level = 0;
    std::multimap<std::int64_t, waiter> waiters;  // by mark
  };
  void raise(std::unique_lock<std::mutex> lock, std::int64_t level);
  // A function that an asynchronous operation begins with: it resumes its handler above `mark`.
  static auto wait_above(std::shared_ptr<state> shared, std::int64_t mark);

  std::shared_ptr<state> state_;
};

}  // namespace sambung
