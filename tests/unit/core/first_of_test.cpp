#include "core/first_of.hpp"

#include "core/rising_level.hpp"

#include <sambung/core/clock.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

namespace sambung::first_of_test {
namespace {

task<void> nothing() { co_return; }

task<void> refusing(char const* why) {
  throw std::runtime_error(why);
  co_return;
}

// Ends when it is cancelled, and says so.
task<void> endless(bool& ended) {
  std::shared_ptr<void> const leaving(nullptr, [&](void*) { ended = true; });
  auto const time = system_clock();
  co_await time->sleep(std::chrono::hours(1));
}

TEST(FirstOf, SaysThatTheOneWasFirstAndCancelsTheOther) {
  bool ended = false;

  EXPECT_TRUE(sync_wait(first_of(nothing(), endless(ended))));
  EXPECT_TRUE(ended);
}

TEST(FirstOf, SaysThatTheOtherWasFirstAndCancelsTheOne) {
  bool ended = false;

  EXPECT_FALSE(sync_wait(first_of(endless(ended), nothing())));
  EXPECT_TRUE(ended);
}

TEST(FirstOf, TellsALevelThatWasReachedFromOneThatWasNot) {
  rising_level level;
  EXPECT_FALSE(sync_wait(first_of(level.try_above(0), nothing())));

  level.raise_to(1);
  bool ended = false;
  EXPECT_TRUE(sync_wait(first_of(level.try_above(0), endless(ended))));
}

TEST(FirstOf, WaitsForTheOtherWhenOneFails) {
  EXPECT_FALSE(sync_wait(first_of(refusing("one"), nothing())));
  EXPECT_TRUE(sync_wait(first_of(nothing(), refusing("other"))));
}

TEST(FirstOf, ThrowsWhatTheOneThrewWhenBothFail) {
  try {
    sync_wait(first_of(refusing("one"), refusing("other")));
    FAIL() << "both have failed";
  } catch (std::runtime_error const& e) {
    EXPECT_EQ(e.what(), std::string("one"));
  }
}

}  // namespace
}  // namespace sambung::first_of_test
