#include "server/places.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sambung::serving::places_test {
namespace {

TEST(Places, AreSoManyForEachUntilTheyAreGivenBack) {
  places<std::string> all(2);

  auto first = all.take("ada");
  auto second = all.take("ada");

  EXPECT_TRUE(first && second);
  EXPECT_FALSE(all.take("ada"));
  EXPECT_TRUE(all.take("bob"));
  first.reset();
  auto third = all.take("ada");
  EXPECT_TRUE(third);
  EXPECT_FALSE(all.take("ada"));
}

TEST(Places, AreTakenTogetherOrNotAtAll) {
  places<std::string> all(10);

  auto const most = all.take("ada", 8);

  EXPECT_TRUE(most);
  EXPECT_FALSE(all.take("ada", 3));
  EXPECT_FALSE(all.take("bob", 11));
  EXPECT_TRUE(all.take("ada", 2));
  EXPECT_TRUE(all.take("bob", 10));
}

TEST(Places, CanBeNone) {
  places<std::string> none(0);

  EXPECT_FALSE(none.take("ada"));
  EXPECT_TRUE(none.take("ada", 0) && none.take("ada", 0));
}

}  // namespace
}  // namespace sambung::serving::places_test
