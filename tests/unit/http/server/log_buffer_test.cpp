#include "http/server/log_buffer.hpp"

#include <gtest/gtest.h>

namespace sambung::serving::log_buffer_test {
namespace {

TEST(LogBuffer, GivesWhatHasGatheredOnce) {
  log_buffer lines(100);

  lines.add("one\n");
  lines.add("two\n");

  auto const first = lines.take();
  EXPECT_EQ(first.lines, "one\ntwo\n");
  EXPECT_EQ(first.lost, 0U);
  EXPECT_EQ(lines.take().lines, "");
}

TEST(LogBuffer, LeavesOutWholeLinesPastItsLimitAndCountsThem) {
  log_buffer lines(10);

  lines.add("12345678\n");
  lines.add("next\n");
  lines.add("a\nb\n");
  auto const first = lines.take();
  lines.add("1234\n678\nlost\nlost\n");
  lines.add_lost(5);
  auto const second = lines.take();

  EXPECT_EQ(first.lines, "12345678\n");
  EXPECT_EQ(first.lost, 3U);
  EXPECT_EQ(second.lines, "1234\n678\n");
  EXPECT_EQ(second.lost, 7U);
  EXPECT_EQ(lines.take().lost, 0U);
}

}  // namespace
}  // namespace sambung::serving::log_buffer_test
