// pending_call: the way back from a thread to the coroutine that waits for it.
#pragma once

#include <sambung/core/task.hpp>

#include "core/context_hold.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace sambung {

// Called exactly once, from any thread. Until then the waiting coroutine's executor counts it as outstanding work, and
// as long as it lives its context does.
template <class R>
class pending_call {
 public:
  template <class Handler>
  explicit pending_call(Handler handler)
      : hold_(boost::asio::get_associated_executor(handler)),
        executor_(boost::asio::prefer(boost::asio::any_io_executor(boost::asio::get_associated_executor(handler)),
                                      boost::asio::execution::outstanding_work.tracked)),
        handler_(std::move(handler)) {}

  void operator()(R outcome) && { std::move(*this).finish(nullptr, std::move(outcome)); }
  void fail(std::exception_ptr thrown) && { std::move(*this).finish(std::move(thrown), R()); }

 private:
  void finish(std::exception_ptr thrown, R outcome) && {
    boost::asio::post(
        executor_, [handler = std::move(handler_), thrown = std::move(thrown), outcome = std::move(outcome)]() mutable {
          std::move(handler)(std::move(thrown), std::move(outcome));
        });
  }

  context_hold hold_;  // the last to go
  boost::asio::any_io_executor executor_;
  boost::asio::any_completion_handler<void(std::exception_ptr, R)> handler_;
};

// Calls start(pending_call<R>) and waits until that is called; then goes on on the caller's executor.
template <class R, class Start>
task<R> await_call(Start start) {
  auto initiate = [](auto handler, Start* begin) { (*begin)(pending_call<R>(std::move(handler))); };
  co_return co_await boost::asio::async_initiate<boost::asio::use_awaitable_t<> const, void(std::exception_ptr, R)>(
      initiate, boost::asio::use_awaitable, &start);
}

}  // namespace sambung
