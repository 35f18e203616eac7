#include <sambung/core/time.hpp>

#include <gtest/gtest.h>

#include <random>

namespace sambung::time_test {
namespace {

using std::chrono::milliseconds;

TEST(Time, IsWrittenWithThreeDecimals) {
  EXPECT_EQ(to_iso8601(timestamp(milliseconds(0))), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso8601(timestamp(milliseconds(1'769'862'896'789))), "2026-01-31T12:34:56.789Z");
  EXPECT_EQ(to_iso8601(timestamp(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_iso8601(timestamp(milliseconds(-62'135'596'800'000))), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso8601(timestamp(milliseconds(253'402'300'800'001))), "10000-01-01T00:00:00.001Z");
  EXPECT_EQ(to_iso8601(timestamp(milliseconds(-62'198'755'200'000))), "-001-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso8601(timestamp(milliseconds(-101'077'459'200'000))), "-1234-12-26T00:00:00.000Z");
}

TEST(Time, IsReadWithOffsetsAndAnyDecimals) {
  auto const same = timestamp(milliseconds(1'769'862'896'000));
  for (auto const* text : {"2026-01-31T12:34:56Z", "2026-01-31T12:34:56.0z", "2026-01-31t13:34:56+01:00",
                           "2026-01-31T07:04:56.000000000-05:30"})
    EXPECT_EQ(parse_iso8601(text), same) << text;
  EXPECT_EQ(parse_iso8601("2026-01-31T12:34:56.7899Z"), same + milliseconds(789));
  EXPECT_EQ(parse_iso8601("2024-02-29T00:00:00Z"), timestamp(milliseconds(1'709'164'800'000)));
}

TEST(Time, RefusesEverythingElse) {
  for (auto const* text :
       {"", "2026-01-31", "2026-01-31T12:34Z", "2026-01-31T12:34:56", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "0000-01-01T00:00:00Z",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.0123456789Z", "2026-01-01T00:00:00+24:00",
        " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Zx", "2026-1-01T00:00:00Z", "-026-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_iso8601(text)) << text;
}

TEST(Time, SurvivesWritingAndReading) {
  std::mt19937_64 random(1);
  constexpr std::int64_t year_1 = -62'135'596'800'000, year_10000 = 253'402'300'800'000;
  for (int i = 0; i < 10'000; ++i) {
    timestamp const time(milliseconds(year_1 + static_cast<std::int64_t>(random() % (year_10000 - year_1))));
    EXPECT_EQ(parse_iso8601(to_iso8601(time)), time);
  }
}

}  // namespace
}  // namespace sambung::time_test
