// bounded_call: a call into the application's code, which may take for ever, throw anything, or not heed that it is
// cancelled: whoever waits for it goes on in time.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/given.hpp>

#include "core/first_of.hpp"
#include "core/rising_level.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <variant>

namespace sambung {

struct out_of_time {};

// How a call ended.
template <class T>
using call_outcome = std::variant<out_of_time, std::exception_ptr, T>;

template <class T>
class bounded_call : public std::enable_shared_from_this<bounded_call<T>> {
 public:
  using function = std::function<task<T>()>;

  bounded_call(boost::asio::any_io_executor executor, function f) : strand_(std::move(executor)), f_(std::move(f)) {}

  // Runs `f` on a strand of its own of `executor` and waits for it, at most for `limit`. After that, and when the wait
  // is cancelled, the call is cancelled too, and left alone with what it holds.
  static task<call_outcome<T>> make(boost::asio::any_io_executor executor, std::shared_ptr<sambung::clock> clock,
                                    std::chrono::milliseconds limit, function f) {
    auto const one = std::make_shared<bounded_call>(std::move(executor), std::move(f));
    one->start();
    std::shared_ptr<void> const leaving(nullptr, [&one](void*) { one->cancel(); });
    co_await first_of(one->ended_.above(0), clock->sleep(limit));
    if (one->ended_.value() > 0) co_return std::move(one->outcome_);
    call_outcome<T> late;
    co_return late;
  }

 private:
  void start() {
    auto const self = this->shared_from_this();
    // Not from here: what blocks must not block who waits for it.
    boost::asio::post(strand_, [self] {
      auto ended = [self](std::exception_ptr thrown) { self->end(std::move(thrown)); };
      boost::asio::co_spawn(self->strand_, run(self),
                            boost::asio::bind_cancellation_slot(self->cancel_.slot(), std::move(ended)));
    });
  }

  static task<void> run(std::shared_ptr<bounded_call> self) {
    auto running = detail::given(self->f_());
    auto value = co_await std::move(running);
    self->outcome_.template emplace<T>(std::move(value));
  }

  void end(std::exception_ptr thrown) {
    if (thrown) outcome_ = std::move(thrown);
    over_ = true;
    ended_.raise_to(1);
  }

  void cancel() {
    if (ended_.value() > 0) return;
    boost::asio::dispatch(strand_, [self = this->shared_from_this()] {
      if (!self->over_) self->cancel_.emit(boost::asio::cancellation_type::terminal);
    });
  }

  boost::asio::strand<boost::asio::any_io_executor> strand_;
  function f_;
  rising_level ended_;
  // Touched on the strand only, the outcome also by who has waited for the end.
  boost::asio::cancellation_signal cancel_;
  call_outcome<T> outcome_;
  bool over_ = false;
};

}  // namespace sambung
