#include <sambung/provider/demo.hpp>
#include <sambung/provider/registry.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <gtest/gtest.h>

namespace sambung {
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
}  // namespace sambung
