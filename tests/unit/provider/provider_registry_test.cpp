#include <sambung/provider/demo.hpp>
#include <sambung/provider/registry.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <gtest/gtest.h>

namespace sambung::provider_registry_test {
namespace {

using testing::scripted_provider;

class dead_provider final : public provider {
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request) override {
    co_return failure(errc::unavailable, "dead");
  }
  task<result<std::vector<model_info>>> do_models() override { co_return failure(errc::unavailable, "dead"); }
};

TEST(ModelName, SplitsAtTheFirstSlash) {
  auto const name = parse_model_name("openrouter/meta/llama:free");

  ASSERT_TRUE(name);
  EXPECT_EQ(name->provider, "openrouter");
  EXPECT_EQ(name->model, "meta/llama:free");
  for (auto const* wrong : {"", "gpt", "/gpt", "openai/"})
    EXPECT_EQ(parse_model_name(wrong).error().code, errc::invalid_argument) << wrong;
}

TEST(ProviderRegistry, FindsByName) {
  provider_registry registry;
  EXPECT_TRUE(registry.empty());
  auto const p = std::make_shared<scripted_provider>();
  registry.add("a", p).add("b", demo_provider());

  EXPECT_EQ(*registry.find("a"), p);
  auto const why = registry.find("c").error();
  EXPECT_EQ(why.code, errc::not_found);
  EXPECT_NE(why.message.find("a, b"), std::string::npos);
}

TEST(ProviderRegistry, RefusesBadNamesAndRepetition) {
  provider_registry registry;
  registry.add("a-1_b", demo_provider());
  auto const code_of = [&](std::string name, std::shared_ptr<provider> p) {
    try {
      registry.add(std::move(name), std::move(p));
    } catch (error const& e) {
      return e.code();
    }
    return errc::internal;
  };

  EXPECT_EQ(code_of("a-1_b", demo_provider()), errc::already_exists);
  for (auto const* wrong : {"", "A", "a/b", "a b"})
    EXPECT_EQ(code_of(wrong, demo_provider()), errc::invalid_argument) << wrong;
  EXPECT_EQ(code_of("null", nullptr), errc::invalid_argument);
}

TEST(ProviderRegistry, FindsModelsByTheirAliases) {
  provider_registry registry;
  auto const p = std::make_shared<scripted_provider>();
  registry.add("a", p).alias("smart", "fast").alias("fast", "a/vendor/m:1");

  for (auto const* name : {"smart", "fast", "a/vendor/m:1"}) {
    auto const found = registry.find_model(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->provider, p);
    EXPECT_EQ(found->full_name, "a/vendor/m:1");
    EXPECT_EQ(found->provider_name, "a");
    EXPECT_EQ(found->model, "vendor/m:1");
  }
  EXPECT_EQ(registry.find_model("slow").error().code, errc::invalid_argument);
  EXPECT_EQ(registry.find_model("b/m").error().code, errc::not_found);
  EXPECT_TRUE(registry.check_aliases());
}

TEST(ProviderRegistry, LetsAnotherAnswerForAnAlias) {
  provider_registry registry;
  auto const other = std::make_shared<scripted_provider>();
  registry.add("a", demo_provider()).alias("x", "a/m", other).alias("y", "x");

  EXPECT_EQ(registry.find_model("y")->provider, other);
  EXPECT_EQ(registry.find_model("y")->full_name, "a/m");
  EXPECT_NE(registry.find_model("a/m")->provider, other);
  EXPECT_THROW(registry.alias("z", "a/m", nullptr), error);
}

TEST(ProviderRegistry, RefusesAliasesThatLeadNowhere) {
  provider_registry registry;
  registry.add("a", demo_provider()).alias("x", "y").alias("y", "z");
  auto const code_of = [&](std::string name, std::string target) {
    try {
      registry.alias(std::move(name), std::move(target));
    } catch (error const& e) {
      return e.code();
    }
    return errc::internal;
  };

  EXPECT_EQ(code_of("z", "x"), errc::invalid_argument);
  EXPECT_EQ(code_of("z", "z"), errc::invalid_argument);
  EXPECT_EQ(code_of("x", "a/m"), errc::already_exists);
  for (auto const* wrong : {"", "a/m", "a b", "a="}) EXPECT_EQ(code_of(wrong, "a/m"), errc::invalid_argument) << wrong;
  for (auto const* wrong : {"", "a/", "/m", "a b"}) EXPECT_EQ(code_of("n", wrong), errc::invalid_argument) << wrong;
  EXPECT_EQ(registry.check_aliases().error().issues.size(), 2u);
  registry.alias("z", "b/m");
  EXPECT_EQ(registry.check_aliases().error().issues.size(), 3u);
}

TEST(ProviderRegistry, ListsTheModelsOfThoseThatAnswer) {
  provider_registry registry;
  registry.add("z", std::make_shared<scripted_provider>())
      .add("dead", std::make_shared<dead_provider>())
      .add("demo", demo_provider());
  auto const models = sync_wait(registry.models());

  ASSERT_EQ(models.size(), 2u);
  EXPECT_EQ(models[0].id, "demo/demo");
  EXPECT_EQ(models[1].id, "z/scripted");
}

}  // namespace
}  // namespace sambung::provider_registry_test
