#include <sambung/core/deadline.hpp>
#include <sambung/testing/gate.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

namespace sambung::deadline_test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

task<std::unique_ptr<int>> five() { co_return std::make_unique<int>(5); }
task<int> refusing() {
  throw error(errc::conflict, "stale");
  co_return 0;
}
task<void> nothing() { co_return; }

// Ends when it is cancelled, and says so.
task<int> endless(std::shared_ptr<bool> ended) {
  std::shared_ptr<void> const leaving(nullptr, [&](void*) { *ended = true; });
  auto const time = system_clock();
  co_await time->sleep(std::chrono::hours(1));
  co_return 1;
}

// Does not heed that it is cancelled.
task<int> stubborn(testing::gate until, std::shared_ptr<bool> ended) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await until.wait();
  *ended = true;
  co_return 7;
}

template <class T>
std::optional<errc> code_of(task<T> operation) {
  auto const outcome = sync_wait(as_result(std::move(operation)));
  return outcome ? std::nullopt : std::optional(outcome.error().code);
}

TEST(Within, GivesWhatComesInTime) {
  EXPECT_EQ(*sync_wait(within(five(), 1h)), 5);
  EXPECT_NO_THROW(sync_wait(within(nothing(), 1h)));
  EXPECT_EQ(code_of(within(refusing(), 1h)), errc::conflict);
}

TEST(Within, CancelsWhatTakesTooLong) {
  auto const ended = std::make_shared<bool>(false);

  EXPECT_EQ(code_of(within(endless(ended), 1ms)), errc::deadline_exceeded);
  EXPECT_TRUE(*ended);
}

TEST(Within, DoesNotBeginWithoutTime) {
  bool begun = false;
  auto begin = [&]() -> task<void> {
    begun = true;
    co_return;
  };

  EXPECT_EQ(code_of(within(begin(), 0ms)), errc::deadline_exceeded);
  EXPECT_EQ(code_of(within(begin(), -1s)), errc::deadline_exceeded);
  EXPECT_FALSE(begun);
}

TEST(Within, CountsByTheClockThatItIsGiven) {
  asio::io_context io(1);
  auto const clock = std::make_shared<testing::manual_clock>();
  auto const ended = std::make_shared<bool>(false);
  auto late = asio::co_spawn(io, within(endless(ended), 2s, clock), asio::use_future);

  while (clock->sleeping() == 0) io.run_one();
  clock->advance(1'999ms);
  io.poll();
  EXPECT_FALSE(*ended);
  clock->advance(1ms);
  io.run();

  EXPECT_TRUE(*ended);
  EXPECT_THROW(late.get(), error);
}

TEST(Within, GivesWhatComesInSpiteOfBeingCancelled) {
  asio::io_context io(1);
  auto const clock = std::make_shared<testing::manual_clock>();
  testing::gate until;
  auto late = asio::co_spawn(io, within(stubborn(until, std::make_shared<bool>()), 2s, clock), asio::use_future);

  while (clock->sleeping() == 0) io.run_one();
  clock->advance(2s);
  io.poll();
  until.open();
  io.run();

  EXPECT_EQ(late.get(), 7);
}

TEST(Within, LeavesAloneWhatDoesNotEnd) {
  asio::io_context io(1);
  testing::gate until;
  auto const ended = std::make_shared<bool>(false);
  auto late = asio::co_spawn(io, within(stubborn(until, ended), 1ms), asio::use_future);

  while (late.wait_for(0s) != std::future_status::ready) io.run_one();
  EXPECT_FALSE(*ended);
  EXPECT_THROW(late.get(), error);
  until.open();
  io.run();

  EXPECT_TRUE(*ended);
}

TEST(Within, IsCancelledAsAsioDoes) {
  asio::io_context io(1);
  asio::cancellation_signal stop;
  auto const ended = std::make_shared<bool>(false);
  std::exception_ptr thrown;
  asio::co_spawn(io, within(endless(ended), 1h),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr why, int) { thrown = why; }));

  io.poll();
  stop.emit(asio::cancellation_type::terminal);
  io.run();

  EXPECT_TRUE(*ended);
  EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
}

TEST(SyncWaitWithin, GivesWhatComesInTime) {
  EXPECT_EQ(*sync_wait(five(), 1h), 5);
  EXPECT_NO_THROW(sync_wait(nothing(), 1h));
  EXPECT_THROW(sync_wait(refusing(), 1h), error);
}

std::optional<errc> code_within(task<int> operation, std::chrono::milliseconds limit) {
  try {
    sync_wait(std::move(operation), limit);
    return std::nullopt;
  } catch (error const& why) {
    return why.code();
  }
}

TEST(SyncWaitWithin, EndsInTime) {
  auto const ended = std::make_shared<bool>(false);

  EXPECT_EQ(code_within(endless(ended), 1ms), errc::deadline_exceeded);
  EXPECT_TRUE(*ended);
}

TEST(SyncWaitWithin, HoldsUpNoLaterWaitWithWhatDoesNotEnd) {
  testing::gate until;
  auto const ended = std::make_shared<bool>(false);

  EXPECT_EQ(code_within(stubborn(until, ended), 1ms), errc::deadline_exceeded);
  EXPECT_EQ(*sync_wait(five()), 5);
  EXPECT_FALSE(*ended);
  until.open();
  EXPECT_EQ(*sync_wait(five()), 5);

  EXPECT_TRUE(*ended);
}

bool never() { return false; }

TEST(SyncWaitWhile, GivesWhatComesWithoutBeingAskedInBetween) {
  int asked = 0;
  auto const count = [&] { return ++asked > 0; };

  EXPECT_EQ(*sync_wait(five(), 1h, count), 5);
  EXPECT_NO_THROW(sync_wait(nothing(), 1h, count));
  EXPECT_THROW(sync_wait(refusing(), 1h, count), error);
  EXPECT_EQ(asked, 0);
}

TEST(SyncWaitWhile, AsksOnTheThreadThatWaitsUntilItIsToldToStop) {
  auto const ended = std::make_shared<bool>(false);
  auto const here = std::this_thread::get_id();
  int asked = 0;

  try {
    sync_wait(endless(ended), 1ms, [&] {
      EXPECT_EQ(std::this_thread::get_id(), here);
      return ++asked < 3;
    });
    ADD_FAILURE() << "it ended by itself";
  } catch (error const& why) {
    EXPECT_EQ(why.code(), errc::cancelled);
  }

  EXPECT_EQ(asked, 3);
  EXPECT_TRUE(*ended);
}

TEST(SyncWaitWhile, ThrowsWhatWasThrownOnceTheOperationHasEnded) {
  auto const ended = std::make_shared<bool>(false);

  EXPECT_THROW(sync_wait(endless(ended), 1ms, []() -> bool { throw std::runtime_error("interrupted"); }),
               std::runtime_error);
  EXPECT_TRUE(*ended);
}

TEST(SyncWaitWhile, GivesWhatComesAlthoughItWasToldToStop) {
  testing::gate until;
  auto const ended = std::make_shared<bool>(false);
  auto const let_go = [&] {
    until.open();
    return false;
  };

  EXPECT_EQ(sync_wait(stubborn(until, ended), 1ms, let_go), 7);
}

TEST(SyncWaitWhile, LeavesAloneWhatDoesNotEnd) {
  testing::gate until;
  auto const ended = std::make_shared<bool>(false);

  EXPECT_THROW(sync_wait(stubborn(until, ended), 1ms, never), error);
  EXPECT_EQ(*sync_wait(five()), 5);
  EXPECT_FALSE(*ended);
  until.open();
  EXPECT_EQ(*sync_wait(five()), 5);

  EXPECT_TRUE(*ended);
}

TEST(SyncWaitWhile, MayAskByWaitingItself) {
  auto const ended = std::make_shared<bool>(false);

  EXPECT_THROW(sync_wait(endless(ended), 1ms, [] { return *sync_wait(five(), 1ms, never) != 5; }), error);
  EXPECT_TRUE(*ended);
}

TEST(SyncWaitWhile, HasALimitOfTimeBesides) {
  auto const ended = std::make_shared<bool>(false);
  auto const always = [] { return true; };

  try {
    sync_wait(within(endless(ended), 5ms), 1ms, always);
    ADD_FAILURE() << "it ended by itself";
  } catch (error const& why) {
    EXPECT_EQ(why.code(), errc::deadline_exceeded);
  }
  EXPECT_TRUE(*ended);
}

}  // namespace
}  // namespace sambung::deadline_test
