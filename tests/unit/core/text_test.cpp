#include "core/text.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace sambung::text_test {
namespace {

TEST(Text, TrimsTheBlanksAroundIt) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim("a"), "a");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\ta ", " "), "\ta");
}

TEST(Text, LowersTheCaseOfAsciiOnly) {
  EXPECT_EQ(lower_case("AZaz[@ÄÖ-1"), "azaz[@ÄÖ-1");
  EXPECT_EQ(lower_case(""), "");
}

TEST(Text, ReadsWholeNumbers) {
  EXPECT_EQ(whole_number<int>("12"), 12);
  EXPECT_EQ(whole_number<int>("-12"), -12);
  EXPECT_EQ(whole_number<std::uint16_t>("65535"), 65535);
  for (auto const* text : {"", " 1", "1 ", "+1", "1x", "0x1", "1.0", "99999999999999999999"})
    EXPECT_EQ(whole_number<std::int64_t>(text), std::nullopt) << text;
  EXPECT_EQ(whole_number<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(whole_number<std::uint16_t>("-1"), std::nullopt);
}

}  // namespace
}  // namespace sambung::text_test
