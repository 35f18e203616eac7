#include "core/first_of.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace sambung {
namespace {

task<bool> completed(task<void> operation) {
  co_await std::move(operation);
  co_return true;
}

}  // namespace

task<bool> first_of(task<bool> one, task<void> other) {
  namespace asio = boost::asio;
  auto const executor = co_await asio::this_coro::executor;
  auto running = asio::co_spawn(executor, std::move(one), asio::experimental::deferred);
  auto rival = asio::co_spawn(executor, std::move(other), asio::experimental::deferred);
  auto race = asio::experimental::make_parallel_group(std::move(running), std::move(rival));
  auto [order, thrown, value, rival_thrown] =
      co_await race.async_wait(asio::experimental::wait_for_one_success(), asio::use_awaitable);
  if (thrown && rival_thrown) std::rethrow_exception(thrown);
  co_return rival_thrown || (!thrown && order[0] == 0);
}

task<bool> first_of(task<void> one, task<void> other) { return first_of(completed(std::move(one)), std::move(other)); }

}  // namespace sambung
