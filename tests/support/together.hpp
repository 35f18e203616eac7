// Many operations at once, on two threads.
#pragma once

#include <sambung/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <vector>

namespace sambung::tests {

// What each of them came to, in their order.
template <class T>
std::vector<result<T>> together(std::vector<task<T>> operations) {
  std::vector<std::optional<result<T>>> outcomes(operations.size());
  auto const keep = [](task<T> operation, std::optional<result<T>>& outcome) -> task<void> {
    auto got = co_await as_result(std::move(operation));
    outcome.emplace(std::move(got));
  };
  boost::asio::thread_pool threads(2);
  for (std::size_t i = 0; i < operations.size(); ++i)
    boost::asio::co_spawn(threads, keep(std::move(operations[i]), outcomes[i]), boost::asio::detached);
  threads.join();
  std::vector<result<T>> all;
  for (auto& outcome : outcomes) all.push_back(std::move(*outcome));
  return all;
}

template <class T>
std::size_t successes(std::vector<result<T>> const& outcomes) {
  return static_cast<std::size_t>(std::ranges::count_if(outcomes, [](auto const& one) { return one.has_value(); }));
}

}  // namespace sambung::tests
