#include "core/rising_level.hpp"

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <optional>

namespace sambung::rising_level_test {
namespace {

namespace asio = boost::asio;

// A wait for more than 0, on a context of its own.
class RisingLevel : public ::testing::Test {
 protected:
  void wait() {
    auto ended = [this](std::exception_ptr failed, bool above) {
      if (!failed) came = above;
    };
    asio::co_spawn(context, level.try_above(0), asio::bind_cancellation_slot(cancel.slot(), std::move(ended)));
    context.poll();
  }
  void run() {
    context.restart();
    context.run();
  }

  asio::io_context context{1};
  asio::cancellation_signal cancel;
  rising_level level;
  std::optional<bool> came;
};

TEST_F(RisingLevel, IsWaitedForUntilItIsAbove) {
  wait();
  EXPECT_FALSE(came);

  level.raise_by(1);
  run();

  EXPECT_EQ(came, true);
}

TEST_F(RisingLevel, IsNotWaitedForWhenItIsAboveAlready) {
  level.raise_to(5);
  wait();

  EXPECT_EQ(came, true);
}

TEST_F(RisingLevel, TellsACancelledWaitFromOneThatCame) {
  wait();
  cancel.emit(asio::cancellation_type::terminal);
  run();

  EXPECT_EQ(came, false);
}

TEST_F(RisingLevel, MayBeCancelledAgainBeforeItHasEnded) {
  wait();
  cancel.emit(asio::cancellation_type::terminal);
  cancel.emit(asio::cancellation_type::terminal);
  run();

  EXPECT_EQ(came, false);
}

TEST_F(RisingLevel, ThrowsWhenACancelledWaitHasNoOtherWord) {
  std::exception_ptr thrown;
  auto ended = [&](std::exception_ptr why) { thrown = why; };
  asio::co_spawn(context, level.above(0), asio::bind_cancellation_slot(cancel.slot(), std::move(ended)));
  context.poll();
  cancel.emit(asio::cancellation_type::terminal);
  run();

  EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
}

}  // namespace
}  // namespace sambung::rising_level_test
