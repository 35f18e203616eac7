#include <sambung/services/price_list.hpp>

#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

namespace sambung {
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

  EXPECT_EQ(prices.find("openai/gpt-4o-mini", some_day)->input, 150'000);
  EXPECT_EQ(prices.find("openai/gpt-4o-mini-2024-07-18", some_day)->output, 600'000);
  EXPECT_EQ(prices.find("anthropic/claude-sonnet-4-20250514", some_day)->cache_write, 3'750'000);
  EXPECT_EQ(prices.find("ollama/llama3.1:8b", some_day)->output, 0);
  EXPECT_EQ(prices.find("demo/demo", some_day)->input, 0);
  EXPECT_EQ(prices.find("openai/gpt-17", some_day), nullptr);
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
}  // namespace sambung
