#include <sambung/core/error.hpp>
#include <sambung/core/id.hpp>
#include <sambung/core/id_generator.hpp>
#include <sambung/testing/manual_clock.hpp>

#include "core/sha256.hpp"

#include <gtest/gtest.h>

namespace sambung::id_test {
namespace {

timestamp at(std::int64_t milliseconds) { return timestamp(std::chrono::milliseconds(milliseconds)); }

constexpr std::int64_t last_millisecond = (std::int64_t(1) << 48) - 1;

TEST(IdAt, IsTheSameForTheSameTimeAndCauseAndNoOther) {
  auto const id = id_at(at(1'767'323'045'678), "chatgpt/42");

  EXPECT_EQ(id, id_at(at(1'767'323'045'678), "chatgpt/42"));
  EXPECT_EQ(message_id{id}, id_at<message_id>(at(1'767'323'045'678), "chatgpt/42"));
  EXPECT_NE(id, id_at(at(1'767'323'045'679), "chatgpt/42"));
  EXPECT_NE(id, id_at(at(1'767'323'045'678), "chatgpt/43"));
}

// What is stored under such an id is found again by every later version.
TEST(IdAt, NeverChanges) {
  // SHA-256 of "abc" begins with ba7816bf8f01cfea4141 (FIPS 180-4, appendix of examples).
  EXPECT_EQ(to_string(id_at(at(0x0123456789ab), "abc")), "01234567-89ab-7a78-96bf-8f01cfea4141");
}

TEST(IdAt, IsOfVersionSevenAndHasTheBitsOfTheHashBehindItsTime) {
  for (int i = 0; i < 1'000; ++i) {
    auto const cause = std::to_string(i);
    auto const id = id_at(at(i), cause);
    auto const hash = sha256(cause);

    EXPECT_EQ(id.bytes[6] >> 4, 7);
    EXPECT_EQ(id.bytes[8] >> 6, 2);
    EXPECT_EQ(id.bytes[6] & 0x0f, hash[0] & 0x0f);
    EXPECT_EQ(id.bytes[7], hash[1]);
    EXPECT_EQ(id.bytes[8] & 0x3f, hash[2] & 0x3f);
    for (std::size_t b = 9; b < 16; ++b) EXPECT_EQ(id.bytes[b], hash[b - 6]);
  }
}

TEST(IdAt, SortsByItsTimeAmongIdsThatWereMadeThen) {
  auto const made_at = [](std::int64_t time) {
    id_generator ids(std::make_shared<testing::manual_clock>(at(time)), system_random());
    return ids.next();
  };

  EXPECT_LT(made_at(999'999), id_at(at(1'000'000), "a"));
  EXPECT_LT(id_at(at(1'000'000), "a"), made_at(1'000'001));
  EXPECT_LT(id_at(at(0), "z"), id_at(at(1), "a"));
  EXPECT_LT(id_at(at(1), "z"), id_at(at(last_millisecond), "a"));
}

TEST(IdAt, RefusesATimeThatNoIdCanHold) {
  for (auto const time : {std::int64_t(-1), last_millisecond + 1}) {
    try {
      (void)id_at(at(time), "a");
      FAIL() << time;
    } catch (error const& e) {
      EXPECT_EQ(e.code(), errc::invalid_argument);
    }
  }
}

TEST(Id, IsReadAsItIsWritten) {
  auto const id = id_at(at(1), "a");

  EXPECT_EQ(parse_uuid(to_string(id)), id);
  EXPECT_EQ(parse_uuid(to_string(id).substr(1)), std::nullopt);
  EXPECT_EQ(parse_uuid(std::string(36, 'x')), std::nullopt);
}

}  // namespace
}  // namespace sambung::id_test
