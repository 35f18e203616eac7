// Credentials seen a moment ago: what one part of the cache does when it is full.
#include "services/auth/authority_cache.hpp"

#include "testing/probe.hpp"

#include <gtest/gtest.h>

namespace sambung::authority_cache_test {
namespace {

constexpr auto capacity = authority_cache::shard_capacity;
constexpr std::uint64_t generation = 1;
timestamp const early(std::chrono::hours(1)), middle(std::chrono::hours(2)), late(std::chrono::hours(3));

// One more credential than a part of the cache holds, all of the same part.
std::vector<presented> one_too_many() {
  std::vector<presented> all;
  for (std::size_t i = 0; all.size() <= capacity; ++i) {
    presented const one("credential " + std::to_string(i), std::nullopt);
    if (one.hash() % authority_cache::shards == 0) all.push_back(one);
  }
  return all;
}

known_authority known_until(timestamp until) {
  return known_authority(identity::trusted(user_id{testing::numbered(1)}), until);
}

TEST(AuthorityCache, MakesRoomByForgettingWhatIsOutdated) {
  authority_cache cache;
  auto const all = one_too_many();
  for (std::size_t i = 0; i < capacity; ++i)
    cache.keep(all[i], generation, known_until(i % 2 == 0 ? middle : late), early);
  ASSERT_TRUE(cache.find(all[0], generation, early));

  cache.keep(all.back(), generation, known_until(late), middle);

  EXPECT_TRUE(cache.find(all.back(), generation, middle));
  EXPECT_TRUE(cache.find(all[1], generation, middle));
  EXPECT_FALSE(cache.find(all[0], generation, early));
}

TEST(AuthorityCache, BeginsAnewWhenEverythingInItHolds) {
  authority_cache cache;
  auto const all = one_too_many();
  for (std::size_t i = 0; i < capacity; ++i) cache.keep(all[i], generation, known_until(late), early);

  cache.keep(all.back(), generation, known_until(late), early);

  EXPECT_TRUE(cache.find(all.back(), generation, early));
  EXPECT_FALSE(cache.find(all.front(), generation, early));
}

}  // namespace
}  // namespace sambung::authority_cache_test
