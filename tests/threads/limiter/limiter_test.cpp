// Token buckets in this process.
#include <sambung/limiter/limiter.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <limits>
#include <random>
#include <thread>

namespace sambung::limiter_test {
namespace {

using namespace std::chrono_literals;

struct limits {
  explicit limits(std::size_t max_buckets = 100) : all(local_limiter(clock, max_buckets)) {}

  std::optional<failure> refusal(std::vector<bucket_request> const& from) {
    auto const taken = all->try_take(from);
    EXPECT_TRUE(taken);
    return *taken ? std::nullopt : std::optional(taken->error());
  }
  bool take(std::vector<bucket_request> const& from) { return !refusal(from); }
  bool take(std::string key, rate_limit limit, std::int64_t tokens = 1) {
    return take({bucket_request(std::move(key), limit, tokens)});
  }

  std::shared_ptr<testing::manual_clock> clock = std::make_shared<testing::manual_clock>();
  std::shared_ptr<limiter> all;
};

TEST(Limiter, GivesABurstAndThenAsMuchAsFlowsIn) {
  limits l;
  rate_limit const two_a_second(2, 3);

  for (int i = 0; i < 3; ++i) EXPECT_TRUE(l.take("a", two_a_second));
  EXPECT_FALSE(l.take("a", two_a_second));
  l.clock->advance(499ms);
  EXPECT_FALSE(l.take("a", two_a_second));
  l.clock->advance(1ms);
  EXPECT_TRUE(l.take("a", two_a_second));
  EXPECT_FALSE(l.take("a", two_a_second));
}

TEST(Limiter, HoldsNoMoreThanABurst) {
  limits l;
  rate_limit const quick(1'000, 2);
  EXPECT_TRUE(l.take("a", quick, 2));

  l.clock->advance(24h);

  EXPECT_TRUE(l.take("a", quick, 2));
  EXPECT_FALSE(l.take("a", quick));
}

TEST(Limiter, SaysHowLongToWaitAndThenHasEnough) {
  for (double const rate : {0.001, 0.1, 0.3, 1.0, 3.0, 7.0, 1'000.0 / 3, 12'345.6})
    for (std::int64_t const tokens : {1, 2, 5}) {
      limits l;
      rate_limit const limit(rate, 5);
      ASSERT_TRUE(l.take("a", limit, 5));

      auto const why = l.refusal({bucket_request("a", limit, tokens)});

      ASSERT_TRUE(why);
      EXPECT_EQ(why->code, errc::rate_limited);
      ASSERT_TRUE(why->retry_after);
      EXPECT_NEAR(static_cast<double>(why->retry_after->count()), static_cast<double>(tokens) / rate * 1'000, 1.0);
      l.clock->advance(*why->retry_after);
      EXPECT_TRUE(l.take("a", limit, tokens)) << rate << ' ' << tokens;
    }
}

TEST(Limiter, NamesNoTimeWhenThereWillNeverBeEnough) {
  limits l;

  for (auto const& never : {bucket_request("a", rate_limit(1, 5), 6), bucket_request("b", rate_limit(0, 5), 6),
                            bucket_request("c", rate_limit(1e-300, 5), 6)}) {
    auto const why = l.refusal({never});
    ASSERT_TRUE(why);
    EXPECT_EQ(why->code, errc::rate_limited);
    EXPECT_FALSE(why->retry_after);
  }
  EXPECT_TRUE(l.take("d", rate_limit(0, 1)));
  EXPECT_FALSE(l.refusal({bucket_request("d", rate_limit(0, 1))})->retry_after);
}

TEST(Limiter, TakesFromAllOrFromNone) {
  limits l;
  rate_limit const slow(0.1, 1);
  rate_limit const wide(0.1, 10);
  ASSERT_TRUE(l.take("narrow", slow));

  for (int i = 0; i < 100; ++i) {
    auto const why =
        l.refusal({bucket_request("wide", wide), bucket_request("narrow", slow), bucket_request("other", wide)});
    ASSERT_TRUE(why);
    EXPECT_EQ(why->retry_after, 10s);
  }

  EXPECT_TRUE(l.take("wide", wide, 10));
  EXPECT_TRUE(l.take("other", wide, 10));
}

TEST(Limiter, CountsABucketTwiceThatIsNamedTwice) {
  limits l;
  rate_limit const limit(1, 3);
  bucket_request const two("a", limit, 2);

  EXPECT_FALSE(l.take({two, two}));
  EXPECT_TRUE(l.take("a", limit, 3));
}

TEST(Limiter, LimitsNothingWithoutABurst) {
  limits l(1);

  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(l.take("n" + std::to_string(i), rate_limit(), 1'000'000));
  EXPECT_TRUE(l.take("real", rate_limit(1, 1)));
}

TEST(Limiter, IsNotFilledByNegativeTokens) {
  limits l;
  rate_limit const limit(0, 1);

  EXPECT_TRUE(l.take("a", limit, -1'000));
  EXPECT_TRUE(l.take("a", limit));
  EXPECT_TRUE(l.take("a", limit, -1'000));
  EXPECT_TRUE(l.take("a", limit, std::numeric_limits<std::int64_t>::min()));
  EXPECT_FALSE(l.take("a", limit));
}

TEST(Limiter, GivesNothingWhenTheClockStepsBackAndGoesOnFromThere) {
  limits l;
  rate_limit const limit(1, 5);
  ASSERT_TRUE(l.take("a", limit, 5));

  for (int i = 0; i < 100; ++i) {
    l.clock->set(l.clock->now() - 1h);
    EXPECT_FALSE(l.take("a", limit));
  }
  l.clock->advance(999ms);
  EXPECT_FALSE(l.take("a", limit));
  l.clock->advance(1ms);
  EXPECT_TRUE(l.take("a", limit));
}

TEST(Limiter, KeepsBucketsApart) {
  limits l;
  rate_limit const limit(1, 1);

  EXPECT_TRUE(l.take("address/a", limit));
  EXPECT_TRUE(l.take("account/a", limit));
  EXPECT_TRUE(l.take("", limit));
  EXPECT_TRUE(l.take(std::string("address/a\0", 10), limit));
  EXPECT_FALSE(l.take("address/a", limit));
}

TEST(Limiter, FollowsALimitThatChanges) {
  limits l;
  ASSERT_TRUE(l.take("a", rate_limit(1, 100), 50));

  EXPECT_FALSE(l.take("a", rate_limit(1, 10), 11));
  EXPECT_TRUE(l.take("a", rate_limit(1, 10), 10));
  EXPECT_FALSE(l.take("a", rate_limit(1, 10)));
}

TEST(Limiter, ForgetsFullBucketsAndNoOthers) {
  limits l(3);
  rate_limit const limit(1, 10);
  ASSERT_TRUE(l.take("late", limit, 10));
  ASSERT_TRUE(l.take("soon", limit, 1));
  ASSERT_TRUE(l.take("later", limit, 5));

  auto const why = l.refusal({bucket_request("new", limit)});
  ASSERT_TRUE(why);
  EXPECT_EQ(why->code, errc::unavailable);

  l.clock->advance(1s);
  EXPECT_TRUE(l.take("new", limit, 10));
  EXPECT_EQ(l.refusal({bucket_request("another", limit)})->code, errc::unavailable);
  EXPECT_FALSE(l.take("late", limit, 2));
  EXPECT_FALSE(l.take("later", limit, 7));
  EXPECT_TRUE(l.take("later", limit, 6));
}

TEST(Limiter, ForgetsABucketAsSoonAsItIsFullAgain) {
  limits l(1);
  rate_limit const limit(1, 10);
  ASSERT_TRUE(l.take("a", limit));
  for (int i = 0; i < 50; ++i) {
    l.clock->advance(900ms);
    ASSERT_TRUE(l.take("a", limit));
  }
  ASSERT_FALSE(l.take("b", limit));

  l.clock->advance(5s);
  EXPECT_FALSE(l.take("b", limit));
  l.clock->advance(1s);
  EXPECT_TRUE(l.take("b", limit));
}

TEST(Limiter, GivesBackWhenABucketFindsNoRoom) {
  limits l(1);
  rate_limit const limit(0.1, 2);

  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(l.refusal({bucket_request("a", limit, 2), bucket_request("b", limit)})->code, errc::unavailable);
  EXPECT_TRUE(l.take("a", limit, 2));
}

TEST(Limiter, HasRoomAgainWhenAMillionNamesHavePassed) {
  limits l(10'000);
  rate_limit const limit(1, 1);
  int taken = 0;

  for (int second = 0; second < 100; ++second) {
    for (int i = 0; i < 10'000; ++i) taken += l.take(std::to_string(second) + '/' + std::to_string(i), limit);
    l.clock->advance(1s);
  }

  EXPECT_GT(taken, 900'000);
}

TEST(Limiter, AnswersAlsoWhenAwaited) {
  limits l;
  std::vector<bucket_request> const one = {bucket_request("a", rate_limit(1, 1))};

  EXPECT_TRUE(sync_wait(l.all->take(one)));
  EXPECT_EQ(sync_wait(l.all->take(one)).error().code, errc::rate_limited);
}

// Many threads, several buckets in every order, a clock that goes on.
TEST(Limiter, NeverGivesMoreThanBurstAndRate) {
  constexpr std::size_t names = 6;
  constexpr unsigned threads = 4;
  limits l(5'000);
  rate_limit const limit(1'000, 50);
  auto const start = l.clock->now();
  std::array<std::atomic<std::int64_t>, names> taken{};
  std::atomic<unsigned> running = threads;
  auto const call_often = [&](unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < 20'000; ++i) {
      std::array<std::int64_t, names> amounts{};
      std::vector<bucket_request> from;
      for (auto more = random() % 3 + 1; more > 0; --more) {
        auto const name = random() % names;
        auto const tokens = static_cast<std::int64_t>(random() % 4);
        amounts[name] += tokens;
        from.emplace_back("name" + std::to_string(name), limit, tokens);
      }
      if (!*l.all->try_take(from)) continue;
      for (std::size_t name = 0; name < names; ++name) taken[name] += amounts[name];
    }
    --running;
  };
  std::vector<std::thread> callers;
  for (unsigned seed = 0; seed < threads; ++seed) callers.emplace_back(call_often, seed);
  while (running > 0) {
    l.clock->advance(1ms);
    std::this_thread::yield();
  }
  for (auto& one : callers) one.join();

  for (auto const& one : taken) {
    EXPECT_LE(one, limit.burst + (l.clock->now() - start).count());
    EXPECT_GE(one, limit.burst);
  }
}

}  // namespace
}  // namespace sambung::limiter_test
