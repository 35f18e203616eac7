// task: what every asynchronous operation of Sambung returns, and how to leave the world of coroutines.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace sambung {

// A lazy coroutine on Asio: nothing happens until it is awaited; cancellation is Asio's per-operation cancellation.
// What a verb of the engine, of a workspace or of what they give returns stands by itself: it may be kept, given to
// co_spawn() with any completion token, or dropped, also when the object whose verb it is has gone.
template <class T>
using task = boost::asio::awaitable<T>;

// How many threads run an executor.
enum class executor_threads {
  one,   // exactly one: what must not run at the same time needs no strand
  many,  // any number
};
SAMBUNG_DESCRIBE_ENUM(executor_threads, one, many)

namespace detail {
SAMBUNG_API void run_to_completion(task<void> operation);
}

// Runs `operation` on the calling thread and returns its value or rethrows what it threw, once what it left running on
// this thread has ended too. Thread safety: callable from any thread, also inside another sync_wait, but not from the
// threads that run an engine's executor, where it would wait for itself: it throws error(errc::invalid_argument) there
// when that is an io_context's or a thread_pool's, without starting `operation`.
template <class T>
T sync_wait(task<T> operation) {
  if constexpr (std::is_void_v<T>) {
    detail::run_to_completion(std::move(operation));
  } else {
    std::optional<T> outcome;
    auto store = [&outcome](task<T> inner) -> task<void> { outcome.emplace(co_await std::move(inner)); };
    detail::run_to_completion(store(std::move(operation)));
    return std::move(*outcome);
  }
}

// Turns an operation that throws sambung::error into one that returns it. Other exceptions pass through.
template <class T>
task<result<T>> as_result(task<T> operation) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(operation);
      co_return result<void>();
    } else {
      co_return co_await std::move(operation);
    }
  } catch (error const& e) {
    co_return e.why();
  }
}

}  // namespace sambung
