#include "core/line_budget.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace sambung::line_budget_test {
namespace {

using std::chrono::milliseconds;

TEST(LineBudget, LetsSoManyLinesThroughInASecondAndTellsTheNextHowManyItLeftOut) {
  testing::manual_clock clock;
  line_budget lines(10);

  int written = 0;
  for (int i = 0; i < 25; ++i) {
    auto const may = lines.take(clock.now());
    if (may) ++written;
  }
  clock.advance(milliseconds(1'000));

  EXPECT_EQ(written, 10);
  EXPECT_EQ(lines.take(clock.now()), 15U);
  EXPECT_EQ(lines.take(clock.now()), 0U);
}

TEST(LineBudget, TellsWhatItLeftOutWhenNoLineFollows) {
  testing::manual_clock clock;
  line_budget lines(1);
  lines.take(clock.now());
  lines.take(clock.now());

  clock.advance(milliseconds(999));
  auto const within = lines.take_left_out(clock.now());
  clock.advance(milliseconds(1));

  EXPECT_EQ(within, 0U);
  EXPECT_EQ(lines.take_left_out(clock.now()), 1U);
  EXPECT_EQ(lines.take_left_out(clock.now()), 0U);
}

TEST(LineBudget, OutlivesAClockThatIsSetBack) {
  testing::manual_clock clock;
  line_budget lines(1);
  lines.take(clock.now());
  EXPECT_FALSE(lines.take(clock.now()));

  clock.set(clock.now() - std::chrono::hours(1));

  EXPECT_EQ(lines.take(clock.now()), 1U);
}

}  // namespace
}  // namespace sambung::line_budget_test
