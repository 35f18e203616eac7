#include <sambung/provider/decorators/with_capabilities.hpp>
#include <sambung/services/accounting/model_facts.hpp>
#include <sambung/services/accounting/price_list.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

namespace sambung::price_list_test {
namespace {

timestamp at(char const* time) { return *parse_iso8601(time); }

timestamp const some_day = at("2026-01-31T12:00:00Z");

price_list listed(std::string const& rows) { return price_list::parse(R"({"prices":[)" + rows + "]}").value(); }

std::string row(std::string const& model, std::string const& from, int input) {
  return R"({"model":")" + model + R"(","from":")" + from + R"(","input":)" + std::to_string(input) + R"(,"output":0})";
}

token_usage used(std::int64_t input, std::int64_t output) {
  token_usage usage;
  usage.input_tokens = input;
  usage.output_tokens = output;
  return usage;
}

std::vector<std::string> paths_of(result<price_list> const& parsed) {
  std::vector<std::string> paths;
  for (auto const& one : parsed.error().issues) paths.push_back(one.path);
  return paths;
}

TEST(ModelFacts, AreHowMuchFitsAndWhatItCosts) {
  model_capabilities large;
  large.context_tokens = 128'000;
  large.max_output_tokens = 4'096;
  capability_table known;
  known.add("x", large);
  provider_registry providers;
  providers.add("a", with_capabilities(std::make_shared<testing::scripted_provider>(), known));
  providers.alias("usual", "a/x");
  auto const prices = listed(row("a/x", "2020-01-01", 7));

  for (auto const* id : {"a/x", "usual"}) {
    auto const told = with_facts(model_info{id, "us", 0}, providers, prices, some_day);
    EXPECT_EQ(told.id, id);
    EXPECT_EQ(told.context_tokens, 128'000);
    EXPECT_EQ(told.max_output_tokens, 4'096);
    ASSERT_TRUE(told.price);
    EXPECT_EQ(told.price->input, 7);
  }
  auto const other = with_facts(model_info{"a/y", "us", 0}, providers, prices, some_day);
  EXPECT_FALSE(other.context_tokens || other.price);
}

TEST(PriceList, TakesTheExactNameThenTheLongestPattern) {
  auto const prices = listed(row("a/*", "2020-01-01", 1) + "," + row("a/model-*", "2020-01-01", 2) + "," +
                             row("a/model-x", "2020-01-01", 3));

  EXPECT_EQ(prices.find("a/model-x", some_day)->input, 3);
  EXPECT_EQ(prices.find("a/model-xy", some_day)->input, 2);
  EXPECT_EQ(prices.find("a/other", some_day)->input, 1);
  EXPECT_EQ(prices.find("b/model-x", some_day), nullptr);
  EXPECT_EQ(prices.find("", some_day), nullptr);
}

TEST(PriceList, TakesTheLatestPriceThatHasBegun) {
  auto const prices =
      listed(row("a/m", "2026-02-01", 3) + "," + row("a/m", "2026-01-01", 2) + "," + row("a/m", "2025-06-01", 1));

  EXPECT_EQ(prices.find("a/m", at("2025-05-31T23:59:59.999Z")), nullptr);
  EXPECT_EQ(prices.find("a/m", at("2025-06-01T00:00:00Z"))->input, 1);
  EXPECT_EQ(prices.find("a/m", at("2026-01-31T23:59:59.999Z"))->input, 2);
  EXPECT_EQ(prices.find("a/m", at("2026-02-01T00:00:00Z"))->input, 3);
}

TEST(PriceList, LooksFurtherWhenAPriceHasNotBegun) {
  auto const prices = listed(row("a/m", "2027-01-01", 3) + "," + row("a/*", "2020-01-01", 1));

  EXPECT_EQ(prices.find("a/m", some_day)->input, 1);
}

TEST(PriceList, LaidOverAnotherCountsFirst) {
  auto const base = listed(row("a/m", "2020-01-01", 1) + "," + row("b/m", "2020-01-01", 2));
  auto const own = listed(row("a/*", "2020-01-01", 9));

  auto const both = own.over(base);

  EXPECT_EQ(both.find("a/m", some_day)->input, 9);
  EXPECT_EQ(both.find("b/m", some_day)->input, 2);
}

TEST(PriceList, ListsEveryFault) {
  auto const parsed = price_list::parse(R"({"prices":[
      {"model":"noslash","from":"2026-13-01","input":1,"output":1},
      {"model":"a/*b","from":"2026-02-30","input":1,"output":1},
      {"model":"a/m","from":"2026-01-01","input":1,"output":1},
      {"model":"a/m","from":"2026-01-01","input":2,"output":2},
      {"model":"/mm","from":"20260101","input":1,"output":1}]})");

  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, errc::invalid_argument);
  std::vector<std::string> const expected{"prices[0].model", "prices[0].from",  "prices[1].model", "prices[1].from",
                                          "prices[3]",       "prices[4].model", "prices[4].from"};
  EXPECT_EQ(paths_of(parsed), expected);
}

TEST(PriceList, RefusesAmountsThatAreNone) {
  auto const parsed = price_list::parse(
      R"({"prices":[{"model":"a/m","from":"2026-01-01","input":-1,"cachedInput":1.5,"output":1000000000001,"x":1}]})");

  ASSERT_FALSE(parsed);
  std::vector<std::string> const expected{"prices[0].x", "prices[0].input", "prices[0].cachedInput",
                                          "prices[0].output"};
  EXPECT_EQ(paths_of(parsed), expected);
}

TEST(PriceList, ReadsAFile) {
  testing::temporary_folder const folder;
  std::ofstream(folder.path() / "prices.json") << R"({"prices":[)" << row("a/m", "2020-01-01", 7) << "]}";

  EXPECT_EQ(price_list::read(folder.path() / "prices.json").value().find("a/m", some_day)->input, 7);
  EXPECT_EQ(price_list::read(folder.path() / "none.json").error().code, errc::not_found);
}

TEST(PriceList, BringsPricesOfWellKnownModels) {
  auto const prices = price_list::standard();
  auto const now = at("2026-11-20T12:00:00Z");

  EXPECT_EQ(prices.find("openai/gpt-4o-mini", now)->input, 150'000);
  EXPECT_EQ(prices.find("openai/gpt-4o-mini-2024-07-18", now)->output, 600'000);
  EXPECT_EQ(prices.find("anthropic/claude-sonnet-4-5-20250929", now)->cache_write, 3'750'000);
  EXPECT_EQ(prices.find("anthropic/claude-opus-5", now)->output, 25'000'000);
  EXPECT_EQ(prices.find("anthropic/claude-opus-5-5", now)->output, 20'000'000);
  EXPECT_EQ(prices.find("groq/openai/gpt-oss-20b", now)->cached_input, 37'500);
  EXPECT_EQ(prices.find("ollama/llama3.1:8b", now)->output, 0);
  EXPECT_EQ(prices.find("demo/demo", now)->input, 0);
  for (auto const* unknown : {"openai/gpt-17", "openai/gpt-5-chat-latest", "deepseek/deepseek-flash"})
    EXPECT_EQ(prices.find(unknown, now), nullptr) << unknown;
}

TEST(PriceList, KnowsWhenPricesChange) {
  auto const prices = price_list::standard();

  EXPECT_EQ(prices.find("anthropic/claude-sonnet-5-5", at("2026-10-06T23:59:59Z"))->cached_input, 200'000);
  EXPECT_EQ(prices.find("anthropic/claude-sonnet-5-5", at("2026-10-07T00:00:00Z"))->cached_input, 100'000);
  EXPECT_EQ(prices.find("gemini/gemini-4-argon", at("2026-11-30T23:59:59Z"))->input, 2'000'000);
  EXPECT_EQ(prices.find("gemini/gemini-4-argon", at("2026-12-01T00:00:00Z"))->input, 4'000'000);
}

TEST(PriceList, ReadsWhatLongPromptsCost) {
  auto const parsed = price_list::parse(R"({"prices":[{"model":"a/m","from":"2026-01-01","input":1,"output":2,
      "longInput":{"over":100,"input":3,"cachedInput":4,"output":5}}]})");
  auto const wrong = price_list::parse(R"({"prices":[{"model":"a/m","from":"2026-01-01","input":1,"output":2,
      "longInput":{"over":0,"input":-3,"x":1}}]})");

  auto const& read = *parsed.value().find("a/m", some_day)->long_input;
  EXPECT_EQ(read.over, 100);
  EXPECT_EQ(read.cached_input, 4);
  EXPECT_EQ(read.output, 5);
  std::vector<std::string> const expected{"prices[0].longInput.x", "prices[0].longInput.over",
                                          "prices[0].longInput.input", "prices[0].longInput.output"};
  EXPECT_EQ(paths_of(wrong), expected);
}

TEST(Cost, BillsEachKindOfTokensAtItsPrice) {
  price at;
  at.input = 3'000'000;
  at.cached_input = 300'000;
  at.cache_write = 3'750'000;
  at.output = 15'000'000;
  auto usage = used(1'000, 100);
  usage.cached_input_tokens = 500;
  usage.cache_write_tokens = 200;
  usage.reasoning_tokens = 50;  // is output

  EXPECT_EQ(cost_microusd(at, usage), 300 * 3 + 150 + 200 * 15 / 4 + 100 * 15);
}

TEST(Cost, OfALongPromptIsThatOfTheWholeAnswer) {
  price at;
  at.input = 1'000'000;
  at.output = 2'000'000;
  auto& over = at.long_input.emplace();
  over.over = 100;
  over.input = 3'000'000;
  over.cached_input = 500'000;
  over.output = 5'000'000;

  EXPECT_EQ(cost_microusd(at, used(100, 10)), 100 + 20);
  EXPECT_EQ(cost_microusd(at, used(101, 10)), 303 + 50);
  auto cached = used(200, 0);
  cached.cached_input_tokens = 190;
  EXPECT_EQ(cost_microusd(at, cached), 30 + 95);
}

TEST(Cost, TakesThePriceOfInputWhereAVendorHasNoOther) {
  price at;
  at.input = 1'000'000;
  auto usage = used(10, 0);
  usage.cached_input_tokens = 5;
  usage.cache_write_tokens = 3;

  EXPECT_EQ(cost_microusd(at, usage), 10);
}

TEST(Cost, RoundsTheSumOnceHalvesUp) {
  price at;
  at.input = at.output = 250'000;

  EXPECT_EQ(cost_microusd(at, used(1, 0)), 0);
  EXPECT_EQ(cost_microusd(at, used(1, 1)), 1);
  EXPECT_EQ(cost_microusd(at, used(3, 2)), 1);
  EXPECT_EQ(cost_microusd(at, used(3, 3)), 2);
}

TEST(Cost, DoesNotOverflowWhateverAVendorSays) {
  price at;
  at.input = at.output = 1'000'000'000'000;
  at.cached_input = at.cache_write = at.input;
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  token_usage absurd = used(most, most);
  absurd.cached_input_tokens = absurd.cache_write_tokens = most;

  EXPECT_EQ(cost_microusd(at, absurd), 2'000'000'000'000'000'000);
  EXPECT_EQ(cost_microusd(at, used(least, least)), 0);
}

TEST(Cost, ReadsWhatAVendorReports) {
  EXPECT_EQ(reported_cost_microusd(R"({"prompt_tokens":1,"cost":0.00014})"), 140);
  EXPECT_EQ(reported_cost_microusd(R"({"cost":0})"), 0);
  EXPECT_EQ(reported_cost_microusd(R"({"cost":1.5e-6})"), 2);
  EXPECT_EQ(reported_cost_microusd(R"({"cost":2})"), 2'000'000);
  EXPECT_EQ(reported_cost_microusd(R"({"prompt_tokens":1})"), std::nullopt);
  EXPECT_EQ(reported_cost_microusd(R"({"details":{"cost":1}})"), std::nullopt);
  EXPECT_EQ(reported_cost_microusd(R"({"cost":{"total":1}})"), std::nullopt);
  EXPECT_EQ(reported_cost_microusd(R"({"cost":-1})"), std::nullopt);
  EXPECT_EQ(reported_cost_microusd(R"({"cost":1e30})"), std::nullopt);
  EXPECT_EQ(reported_cost_microusd(R"({"cost":null})"), std::nullopt);
  EXPECT_EQ(reported_cost_microusd(R"({"cost":)"), std::nullopt);
  EXPECT_EQ(reported_cost_microusd(""), std::nullopt);
}

}  // namespace
}  // namespace sambung::price_list_test
