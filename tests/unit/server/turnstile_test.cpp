#include "server/turnstile.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sambung::serving::turnstile_test {
namespace {

TEST(Turnstile, LetsSoManyRunAtOnceAndTheOthersInTheirOrder) {
  turnstile gate(2);
  std::vector<int> started;

  for (int i = 0; i < 5; ++i) gate.enter([&started, i] { started.push_back(i); });

  EXPECT_EQ(started, (std::vector<int>{0, 1}));
  gate.leave();
  EXPECT_EQ(started, (std::vector<int>{0, 1, 2}));
  for (int i = 0; i < 4; ++i) gate.leave();
  EXPECT_EQ(started, (std::vector<int>{0, 1, 2, 3, 4}));
  gate.enter([&started] { started.push_back(5); });
  EXPECT_EQ(started.back(), 5);
}

TEST(Turnstile, LetsTheNextOneInWhenOneLeavesAtOnce) {
  turnstile gate(1);
  int started = 0;

  for (int i = 0; i < 1'000; ++i) gate.enter([&] { ++started; });
  for (int i = 0; i < 1'000; ++i) gate.leave();

  EXPECT_EQ(started, 1'000);
}

}  // namespace
}  // namespace sambung::serving::turnstile_test
