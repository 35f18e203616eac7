#include <sambung/core/id_generator.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace sambung::id_test {
namespace {

using std::chrono::milliseconds;

struct fixed_random final : random_source {
  void fill(std::span<std::byte> out) override { std::ranges::fill(out, std::byte{0xFF}); }
};

TEST(Uuid, IsWrittenAndReadInItsCanonicalForm) {
  auto const id = parse_uuid("0192E4A0-7b2c-7def-8123-456789abcdef");

  ASSERT_TRUE(id);
  EXPECT_EQ(to_string(*id), "0192e4a0-7b2c-7def-8123-456789abcdef");
  for (auto const* text : {"", "0192e4a07b2c7def8123456789abcdef", "0192e4a0-7b2c-7def-8123-456789abcdeg",
                           "{0192e4a0-7b2c-7def-8123-456789abcdef}", "0192e4a0-7b2c-7def-8123-456789abcde",
                           "0192e4a0+7b2c-7def-8123-456789abcdef"})
    EXPECT_FALSE(parse_uuid(text)) << text;
}

TEST(IdGenerator, MakesVersion7WithTheTimeInFront) {
  auto const time = std::make_shared<testing::manual_clock>(timestamp(milliseconds(0x0192E4A07B2C)));
  id_generator ids(time, system_random());

  auto const text = to_string(ids.next());

  EXPECT_EQ(text.substr(0, 13), "0192e4a0-7b2c");
  EXPECT_EQ(text[14], '7');
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
}

TEST(IdGenerator, IncreasesWithinAMillisecondAndWhenTheClockStepsBack) {
  auto const time = std::make_shared<testing::manual_clock>();
  for (auto const& random : {system_random(), std::shared_ptr<random_source>(std::make_shared<fixed_random>())}) {
    id_generator ids(time, random);
    auto last = ids.next();
    for (int i = 0; i < 100'000; ++i) {
      if (i == 30'000) time->set(time->now() - milliseconds(5'000));
      if (i % 1'000 == 0) time->advance(milliseconds(1));
      auto const next = ids.next();
      ASSERT_LT(last, next) << i;
      last = next;
    }
  }
}

TEST(IdGenerator, NeverRepeatsAcrossThreads) {
  id_generator ids(system_clock(), system_random());
  std::vector<std::vector<uuid>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made)
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i) mine.push_back(ids.next());
    });
  for (auto& thread : threads) thread.join();

  std::set<uuid> all;
  for (auto const& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 20'000U);
}

}  // namespace
}  // namespace sambung::id_test
