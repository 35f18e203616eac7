// What SIGINT and SIGTERM do to a command that takes long.
#pragma once

#include <sambung/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>
#include <optional>

namespace command_line {

// Keeps what the operation gives or throws: as a branch of || it may not throw.
template <class T>
sambung::task<void> settle(sambung::task<T> operation, std::optional<T>& outcome, std::exception_ptr& failed) {
  try {
    outcome.emplace(co_await std::move(operation));
  } catch (std::exception const&) {
    failed = std::current_exception();
  }
}

// Runs the operation. A signal cancels it: then throws sambung::error(errc::cancelled).
template <class T>
T run_until_signal(sambung::task<T> operation) {
  using namespace boost::asio::experimental::awaitable_operators;
  boost::asio::io_context io(1);
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  std::optional<T> outcome;
  std::exception_ptr failed;
  bool interrupted = false;
  auto race = [&](sambung::task<void> running) -> sambung::task<void> {
    auto const first = co_await (std::move(running) || signals.async_wait(boost::asio::use_awaitable));
    interrupted = first.index() == 1;
  };
  boost::asio::co_spawn(io, race(settle(std::move(operation), outcome, failed)), boost::asio::detached);
  io.run();
  if (interrupted) throw sambung::error(sambung::errc::cancelled, "interrupted");
  if (failed) std::rethrow_exception(failed);
  return std::move(*outcome);
}

}  // namespace command_line
