// run_on: an operation on a strand, which may be cancelled while it ends.
//
//   auto found = co_await run_on(strand, desk.chats().get(id));
#pragma once

#include <sambung/core/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace sambung {

// What `operation` gives or throws, run on `where`, of any context. As `co_await co_spawn(where, operation,
// use_awaitable)`, which crashes when it is cancelled as the operation ends: Asio 1.81 sends the executor a bare
// pointer to the operation's signal, which goes with the wait for it. Here who cancels holds the signal. Cancellation
// is emitted where the caller runs, and reaches the operation on `where`: a strand, for an operation must not be
// cancelled on one thread while it runs on another. T is default-constructible.
template <class T>
task<T> run_on(boost::asio::strand<boost::asio::any_io_executor> where, task<T> operation) {
  namespace asio = boost::asio;
  auto const signal = std::make_shared<asio::cancellation_signal>();
  auto const state = co_await asio::this_coro::cancellation_state;
  auto slot = state.slot();
  if (slot.is_connected()) {
    slot.assign([where, signal](asio::cancellation_type type) {
      asio::dispatch(where, [where, signal, type] {
        signal->emit(type);  // on some executors that sends the bare pointer once more
        asio::post(where, [signal] {});
      });
    });
  }
  auto running =
      asio::co_spawn(where, std::move(operation), asio::bind_cancellation_slot(signal->slot(), asio::use_awaitable));
  co_return co_await std::move(running);
}

}  // namespace sambung
