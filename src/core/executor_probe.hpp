// executor_probe: whether anybody runs an executor.
#pragma once

#include <sambung/core/clock.hpp>

#include "core/context_hold.hpp"
#include "core/rising_level.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace sambung {

// Completes when `what` has, or false after so much time by the system's clock, whatever clock is used otherwise.
// `what` is cancelled then.
inline task<bool> within_real_time(std::chrono::milliseconds limit, task<void> what) {
  using namespace boost::asio::experimental::awaitable_operators;
  auto const real = system_clock();
  auto over = real->sleep(limit);
  auto const first = co_await (std::move(what) || std::move(over));
  co_return first.index() == 0;
}

// From its making on. Thread safety: safe to use from any thread.
class executor_probe {
 public:
  explicit executor_probe(boost::asio::any_io_executor executor) {
    post_home(std::move(executor), [ran = ran_]() mutable { ran.raise_to(1); });
  }

  task<bool> answered_within(std::chrono::milliseconds limit) const { return within_real_time(limit, ran_.above(0)); }

 private:
  rising_level ran_;
};

}  // namespace sambung
