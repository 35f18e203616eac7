// Embeddings behind decorators.
#include <sambung/provider/decorators/circuit_breaker.hpp>
#include <sambung/provider/decorators/fallback.hpp>
#include <sambung/provider/decorators/rate_limit.hpp>
#include <sambung/provider/decorators/response_cache.hpp>
#include <sambung/provider/decorators/retry.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <gtest/gtest.h>

namespace sambung::embedding_decorators_test {
namespace {

using namespace std::chrono_literals;

// Fails so often, then answers; remembers which models it was asked for.
class flaky final : public provider {
 public:
  explicit flaky(int failures) : failures_(failures) {}

  std::vector<std::string> asked;

 private:
  task<result<embedding_batch>> do_embed(embedding_request request) override {
    asked.push_back(request.model);
    if (failures_-- > 0) co_return failure(errc::unavailable, "away");
    embedding_batch batch;
    batch.vectors.assign(request.texts.size(), {1, 2});
    co_return batch;
  }
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request) override {
    co_return failure(errc::unsupported, "embeddings only");
  }
  task<result<std::vector<model_info>>> do_models() override { co_return std::vector<model_info>(); }

  int failures_;
};

embedding_request two_texts() { return embedding_request("m", {"a", "b"}); }

retry_options quick() {
  retry_options options;
  options.base_delay = options.max_delay = 1ms;
  return options;
}

TEST(EmbeddingDecorators, PassThemOn) {
  auto const vendor = std::make_shared<flaky>(0);
  rate_limited_options limits;
  limits.requests_per_minute = 60;
  auto const stack = cached(rate_limited(circuit_breaker(retrying(vendor)), limits));

  EXPECT_EQ(sync_wait(stack->embed(two_texts()))->vectors.size(), 2U);
  EXPECT_EQ(vendor->asked, std::vector<std::string>{"m"});
}

TEST(EmbeddingDecorators, RetryWhatASecondAttemptMayHelp) {
  auto const vendor = std::make_shared<flaky>(2);

  EXPECT_TRUE(sync_wait(retrying(vendor, quick())->embed(two_texts())));
  EXPECT_EQ(vendor->asked.size(), 3U);
}

TEST(EmbeddingDecorators, BreakTheCircuitOfAVendorThatIsAway) {
  auto const vendor = std::make_shared<flaky>(1'000);
  auto const broken = circuit_breaker(vendor);
  for (int i = 0; i < 200; ++i) EXPECT_FALSE(sync_wait(broken->embed(two_texts())));

  EXPECT_LT(vendor->asked.size(), 200U);
}

TEST(EmbeddingDecorators, NeverFallBackToVectorsOfAnotherModel) {
  auto const first = std::make_shared<flaky>(1);
  auto const second = std::make_shared<flaky>(0);
  std::vector<fallback_candidate> candidates{{first, "one"}, {second, "two"}};
  auto const either = fallback(std::move(candidates));

  EXPECT_EQ(sync_wait(either->embed(two_texts())).error().code, errc::unavailable);
  EXPECT_TRUE(sync_wait(either->embed(two_texts())));
  EXPECT_EQ(first->asked, (std::vector<std::string>{"one", "one"}));
  EXPECT_TRUE(second->asked.empty());
}

TEST(EmbeddingDecorators, KnowProvidersThatHaveNone) {
  auto const none = std::make_shared<testing::scripted_provider>();

  EXPECT_EQ(sync_wait(retrying(none)->embed(two_texts())).error().code, errc::unsupported);
}

TEST(DemoEmbeddings, AreAlikeForTextsWithTheSameWords) {
  embedding_request request("demo", {"red apples", "apples red", "green pears and plums"});
  auto const vectors = sync_wait(demo_provider()->embed(request)).value().vectors;

  EXPECT_EQ(vectors[0], vectors[1]);
  EXPECT_NE(vectors[0], vectors[2]);
  EXPECT_EQ(vectors[0].size(), 64U);
  request.dimensions = 8;
  EXPECT_EQ(sync_wait(demo_provider()->embed(request)).value().vectors[0].size(), 8U);
}

}  // namespace
}  // namespace sambung::embedding_decorators_test
