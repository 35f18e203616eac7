#include <sambung/core/run_on.hpp>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace sambung::run_on_test {
namespace {

namespace asio = boost::asio;

task<std::string> text_of(asio::strand<asio::any_io_executor> strand) {
  if (!strand.running_in_this_thread()) throw std::logic_error("elsewhere");
  co_return "there";
}

task<void> wait_an_hour() {
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
  co_await timer.async_wait(asio::use_awaitable);
}

task<void> step() { co_await asio::post(asio::use_awaitable); }

TEST(RunOn, GivesWhatTheOperationGivesOnItsExecutor) {
  asio::io_context io(1);
  asio::strand<asio::any_io_executor> const strand(io.get_executor());
  auto all = [&]() -> task<std::string> { co_return co_await run_on(strand, text_of(strand)); };

  auto text = asio::co_spawn(io, all, asio::use_future);
  io.run();

  EXPECT_EQ(text.get(), "there");
}

TEST(RunOn, ThrowsWhatTheOperationThrows) {
  asio::io_context io(1);
  asio::io_context other(1);
  asio::strand<asio::any_io_executor> const strand(io.get_executor());

  auto text = asio::co_spawn(io, run_on(asio::make_strand(other), text_of(strand)), asio::use_future);
  io.poll();
  other.run();
  io.run();

  EXPECT_THROW(text.get(), std::logic_error);
}

TEST(RunOn, CancelsTheOperation) {
  asio::io_context io(1);
  asio::cancellation_signal cancel;
  std::exception_ptr thrown;
  auto const strand = asio::make_strand(io);
  asio::co_spawn(io, run_on(strand, wait_an_hour()),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr of) { thrown = of; }));
  io.poll();

  asio::post(io, [&] { cancel.emit(asio::cancellation_type::terminal); });
  io.restart();
  io.run();

  ASSERT_TRUE(thrown);
  EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
}

// Takes the memory that Asio keeps of signals that have gone, and fills it.
class junk {
 public:
  junk() { bytes_.fill(0xA5); }
  void operator()(asio::cancellation_type) const {}

 private:
  std::array<unsigned char, 40> bytes_;
};

// The operation's end may stand in the strand already, before what the cancelling sends there.
TEST(RunOn, MayBeCancelledAfterAnyOfItsSteps) {
  for (int steps = 0; steps < 40; ++steps) {
    asio::io_context io(1);
    asio::cancellation_signal cancel;
    std::array<asio::cancellation_signal, 4> others;
    bool ended = false;
    auto end = [&](std::exception_ptr) {
      ended = true;
      for (auto& other : others) other.slot().emplace<junk>();
    };
    asio::co_spawn(io, run_on(asio::make_strand(io), step()), asio::bind_cancellation_slot(cancel.slot(), end));
    for (int i = 0; i < steps; ++i) io.poll_one();

    cancel.emit(asio::cancellation_type::terminal);
    io.restart();
    io.run();

    EXPECT_TRUE(ended) << steps;
  }
}

// As a program's own loop may be: whatever it is given stands in its queue first.
struct loop : asio::execution_context {
  bool run_one() {
    if (queue.empty()) return false;
    auto const next = std::move(queue.front());
    queue.pop_front();
    next();
    return true;
  }

  std::deque<std::function<void()>> queue;
};

struct loop_executor {
  asio::execution_context& query(asio::execution::context_t) const noexcept { return *of; }
  static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
    return asio::execution::blocking.never;
  }
  template <class F>
  void execute(F f) const {
    of->queue.push_back([held = std::make_shared<F>(std::move(f))] { std::move (*held)(); });
  }
  friend bool operator==(loop_executor const&, loop_executor const&) = default;

  loop* of;
};

TEST(RunOn, MayBeCancelledOnALoopThatQueuesEverything) {
  for (int steps = 0; steps < 30; ++steps) {
    loop events;
    asio::any_io_executor const here = loop_executor{&events};
    asio::cancellation_signal cancel;
    bool ended = false;
    asio::co_spawn(here, run_on(asio::make_strand(here), step()),
                   asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr) { ended = true; }));
    for (int i = 0; i < steps; ++i) events.run_one();

    cancel.emit(asio::cancellation_type::terminal);
    while (events.run_one()) continue;

    EXPECT_TRUE(ended) << steps;
  }
}

}  // namespace
}  // namespace sambung::run_on_test
