// within and sync_wait: limits of time, and others, for any operation, in coroutines and without them.
//
//   auto chat = co_await within(desk.chats().get(id), 2s);   // error(errc::deadline_exceeded) after two seconds
//   auto chat = sync_wait(desk.chats().get(id), 2s);
//   auto chat = sync_wait(desk.chats().get(id), 50ms, [] { return !interrupted; });
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/task.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace sambung {

namespace detail {
SAMBUNG_API task<void> run_within(task<void> operation, std::chrono::milliseconds limit, std::shared_ptr<clock> by);
SAMBUNG_API void run_to_completion_within(task<void> operation, std::chrono::milliseconds limit);
SAMBUNG_API void run_to_completion_while(task<void> operation, std::chrono::milliseconds every,
                                         std::function<bool()> const& go_on);

template <class T>
task<void> keep_value(std::shared_ptr<std::optional<T>> value, task<T> operation) {
  value->emplace(co_await std::move(operation));
}

template <class T>
task<T> value_within(task<T> operation, std::chrono::milliseconds limit, std::shared_ptr<clock> by) {
  auto const value = std::make_shared<std::optional<T>>();
  auto kept = keep_value(value, std::move(operation));
  auto bounded = run_within(std::move(kept), limit, std::move(by));
  co_await std::move(bounded);
  co_return std::move(**value);
}
}  // namespace detail

// What `operation` gives or throws, or error(errc::deadline_exceeded) once `limit` has passed by the clock; without a
// clock by the system's. It begins at once and runs on a strand of the caller's executor. With no time left it does not
// begin.
//
// When the time is over the operation is cancelled, in Asio's way, and awaited for half a second more: what it
// gives in spite of that is given. What does not end then is left alone with all it holds. So an operation of Sambung's
// needs no care; a coroutine of your own that does not heed cancellation must not refer to what goes when this returns.
// What a cancelled operation has stored, or has asked storage to store, stays: a write may have happened, which an
// idempotency key settles. A turn goes on without its reader. Cancelling this does the same, and throws as Asio does.
// A sync_wait() without a limit still waits for what was left alone on its thread.
template <class T>
task<T> within(task<T> operation, std::chrono::milliseconds limit, std::shared_ptr<clock> by = nullptr) {
  if constexpr (std::is_void_v<T>) return detail::run_within(std::move(operation), limit, std::move(by));
  else return detail::value_within(std::move(operation), limit, std::move(by));
}

// sync_wait() that ends in time: as within(), by the system's clock. What the operation leaves running on this thread
// has half a second, too; what has not ended then goes on whenever a thread waits again.
template <class T>
T sync_wait(task<T> operation, std::chrono::milliseconds limit) {
  if constexpr (std::is_void_v<T>) {
    detail::run_to_completion_within(std::move(operation), limit);
  } else {
    auto const value = std::make_shared<std::optional<T>>();
    detail::run_to_completion_within(detail::keep_value(value, std::move(operation)), limit);
    return std::move(**value);
  }
}

// sync_wait() that asks `go_on` on this thread every so often, at first after `every`, whether to wait any longer: a
// program whose signals are looked at by the one thread that waits. Once it says false, or throws, it is asked no more
// and the operation is cancelled and treated as by within(): what it gives in spite of that is given. Otherwise this
// throws error(errc::cancelled), or what `go_on` threw. With a limit of time besides: sync_wait(within(operation,
// limit), every, go_on).
template <class T>
T sync_wait(task<T> operation, std::chrono::milliseconds every, std::function<bool()> const& go_on) {
  if constexpr (std::is_void_v<T>) {
    detail::run_to_completion_while(std::move(operation), every, go_on);
  } else {
    auto const value = std::make_shared<std::optional<T>>();
    detail::run_to_completion_while(detail::keep_value(value, std::move(operation)), every, go_on);
    return std::move(**value);
  }
}

}  // namespace sambung
