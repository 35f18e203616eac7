#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>

namespace sambung::manual_clock_test {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using testing::manual_clock;

struct sleepers {
  task<void> sleep(int time) {
    co_await clock.sleep(milliseconds(time));
    woken.push_back(time);
  }
  void start(int time) {
    asio::co_spawn(context, sleep(time), [](std::exception_ptr) {});
    context.poll();
  }
  void advance(int time) {
    clock.advance(milliseconds(time));
    context.poll();
  }

  manual_clock clock;
  asio::io_context context{1};
  std::vector<int> woken;
};

TEST(ManualClock, StandsStillUntilItIsAdvanced) {
  manual_clock clock;
  auto const start = clock.now();

  clock.advance(milliseconds(1'500));

  EXPECT_EQ(to_iso8601(start), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(clock.now(), start + milliseconds(1'500));
}

TEST(ManualClock, WakesSleepersInOrderWhenTheirTimeHasCome) {
  sleepers s;
  for (int const time : {30, 10, 20, 0, 40}) s.start(time);
  EXPECT_EQ(s.woken, (std::vector<int>{0}));
  EXPECT_EQ(s.clock.sleeping(), 4U);

  s.advance(9);
  EXPECT_EQ(s.woken, (std::vector<int>{0}));
  s.advance(21);
  EXPECT_EQ(s.woken, (std::vector<int>{0, 10, 20, 30}));
  s.clock.set(timestamp{});
  s.advance(10);
  EXPECT_EQ(s.woken.size(), 5U);
}

TEST(ManualClock, EndsASleepThatIsCancelled) {
  manual_clock clock;
  asio::io_context context(1);
  asio::cancellation_signal stop;
  std::exception_ptr thrown;
  auto const keep = [&](std::exception_ptr e) { thrown = e; };
  asio::co_spawn(context, clock.sleep(milliseconds(5)), asio::bind_cancellation_slot(stop.slot(), keep));
  context.poll();

  stop.emit(asio::cancellation_type::terminal);
  context.run();

  EXPECT_EQ(clock.sleeping(), 0U);
  ASSERT_TRUE(thrown);
  EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
}

TEST(ManualClock, WaitsForSleepersOfOtherThreads) {
  manual_clock clock;
  std::thread other([&] { sync_wait(clock.sleep(milliseconds(5))); });

  EXPECT_TRUE(clock.wait_for_sleepers(1));
  clock.advance(milliseconds(5));
  other.join();
}

}  // namespace
}  // namespace sambung::manual_clock_test
