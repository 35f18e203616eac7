// timed: calls that may take only so long, and how much time has passed.
#pragma once

#include <sambung/core/clock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace sambung {

// What `call` returns or throws; empty when `limit` passed first, and then the call was cancelled and has ended. T has
// a default constructor.
template <class T>
task<std::optional<T>> within(clock& time, std::chrono::milliseconds limit, task<T> call) {
  namespace asio = boost::asio;
  auto const executor = co_await asio::this_coro::executor;
  auto running = asio::co_spawn(executor, std::move(call), asio::experimental::deferred);
  auto sleeping = asio::co_spawn(executor, time.sleep(limit), asio::experimental::deferred);
  auto race = asio::experimental::make_parallel_group(std::move(running), std::move(sleeping));
  auto [order, call_thrown, value, sleep_thrown] =
      co_await race.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  bool const too_late = order[0] == 1 && !sleep_thrown;
  if (too_late) co_return std::nullopt;
  if (call_thrown) std::rethrow_exception(call_thrown);
  co_return std::optional<T>(std::move(value));
}

// How much time has passed, by a wall clock: when that is set back nothing has, when it is set forward it has.
// Thread safety: none.
class stopwatch {
 public:
  explicit stopwatch(timestamp now) : seen_(now) {}

  std::chrono::milliseconds passed(timestamp now) {
    passed_ += std::max(now - seen_, std::chrono::milliseconds(0));
    seen_ = now;
    return passed_;
  }

 private:
  timestamp seen_;
  std::chrono::milliseconds passed_{0};
};

}  // namespace sambung
