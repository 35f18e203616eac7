// run_on: an operation on another executor, which may be cancelled while it ends.
//
//   auto found = co_await run_on(strand, desk.chats().get(id));
#pragma once

#include <sambung/core/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace sambung {

// What `operation` gives or throws, run on `executor`: a strand, or another context. As `co_await co_spawn(executor,
// operation, use_awaitable)`, which crashes when it is cancelled as the operation ends: Asio 1.81 sends the executor a
// bare pointer to the operation's signal, which goes with the wait for it. Here who cancels holds the signal.
// Cancellation is emitted where the caller runs, and reaches the operation on `executor`.
template <class T>
task<T> run_on(boost::asio::any_io_executor executor, task<T> operation) {
  namespace asio = boost::asio;
  auto const signal = std::make_shared<asio::cancellation_signal>();
  auto const state = co_await asio::this_coro::cancellation_state;
  auto slot = state.slot();
  if (slot.is_connected()) {
    slot.assign([executor, signal](asio::cancellation_type type) {
      asio::dispatch(executor, [signal, type] { signal->emit(type); });
    });
  }
  auto running =
      asio::co_spawn(executor, std::move(operation), asio::bind_cancellation_slot(signal->slot(), asio::use_awaitable));
  co_return co_await std::move(running);
}

}  // namespace sambung
