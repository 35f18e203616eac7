#include <sambung/provider/provider.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <gtest/gtest.h>

namespace sambung::completion_test {
namespace {

using testing::answer_script;
using testing::scripted_provider;

completion_request question() {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "hi");
  return completion_request("m", std::move(messages));
}

TEST(PartBuilder, JoinsNeighbouringDeltas) {
  part_builder builder;
  for (auto const* text : {"a", "b"}) builder.add(text_delta{text});
  for (auto const* text : {"c", "d"}) builder.add(reasoning_delta{text});
  builder.add(text_delta{"e"});

  ASSERT_EQ(builder.parts().size(), 3u);
  EXPECT_EQ(std::get<text_part>(builder.parts()[0]).text, "ab");
  EXPECT_EQ(std::get<reasoning_part>(builder.parts()[1]).text, "cd");
  EXPECT_EQ(text_of(builder.parts()), "abe");
}

TEST(PartBuilder, JoinsToolCallsByIndex) {
  part_builder builder;
  builder.add(tool_call_delta{0, "x", "f", "{"});
  builder.add(tool_call_delta{1, "y", "g", "["});
  builder.add(tool_call_delta{0, "", "", "}"});
  builder.add(tool_call_delta{1, "", "", "]"});
  auto const parts = builder.take();

  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(std::get<tool_call_part>(parts[0]).arguments, "{}");
  EXPECT_EQ(std::get<tool_call_part>(parts[1]).id, "y");
  EXPECT_EQ(std::get<tool_call_part>(parts[1]).arguments, "[]");
  EXPECT_TRUE(builder.parts().empty());
}

TEST(PartBuilder, KeepsOpaqueData) {
  part_builder builder;
  boost::json::object first, second;
  first["list"] = boost::json::array(1, 1);
  second["list"] = boost::json::array(1, 2);
  second["sign"] = "s";
  builder.add(reasoning_delta{"a", first});
  builder.add(reasoning_delta{"", second});

  auto const& data = *std::get<reasoning_part>(builder.parts()[0]).provider_data;
  EXPECT_EQ(data.at("list").as_array().size(), 2u);
  EXPECT_EQ(data.at("sign"), "s");
}

TEST(Provider, RefusesARequestWithoutModelOrMessages) {
  scripted_provider p;
  auto const why = sync_wait(p.complete(completion_request())).error();

  EXPECT_EQ(why.code, errc::invalid_argument);
  EXPECT_EQ(why.issues.size(), 2u);
  EXPECT_TRUE(p.requests().empty());
}

TEST(Provider, CollectsAStreamIntoACompletion) {
  scripted_provider p;
  p.push(answer_script().reasoning("hm").text("Hel").text("lo").tool_call(0, "c", "f", "{}").usage(3, 2).finish());
  auto const answer = sync_wait(p.complete(question()));

  ASSERT_TRUE(answer);
  EXPECT_EQ(text_of(answer->parts), "Hello");
  EXPECT_EQ(answer->parts.size(), 3u);
  EXPECT_EQ(answer->usage->input_tokens, 3);
  EXPECT_EQ(answer->raw_reason, "stop");
  EXPECT_EQ(answer->model, "m");
}

TEST(Provider, AFailureInTheStreamIsTheFailureOfTheCompletion) {
  scripted_provider p;
  p.push(answer_script().text("Hel").fail({errc::unavailable, "gone"}));

  EXPECT_EQ(sync_wait(p.complete(question())).error().message, "gone");
}

TEST(Provider, AStreamThatJustStopsIsBrokenOff) {
  scripted_provider p;
  p.push(answer_script().text("Hel"));

  EXPECT_EQ(sync_wait(p.complete(question())).error().code, errc::unavailable);
}

TEST(Provider, NothingComesAfterTheEnd) {
  scripted_provider p;
  p.push(answer_script().finish().text("late"));
  auto const read = [&]() -> task<void> {
    auto opened = co_await p.stream(question());
    auto first = co_await (*opened)->next();
    EXPECT_TRUE(std::holds_alternative<completion_finished>(**first));
    auto second = co_await (*opened)->next();
    EXPECT_FALSE(*second);
  };
  sync_wait(read());
}

TEST(Provider, AnAnswerIsBounded) {
  scripted_provider p;
  answer_script script;
  for (int i = 0; i < 34; ++i) script.text(std::string(1'048'576, 'x'));
  p.push(std::move(script.finish()));

  EXPECT_EQ(sync_wait(p.complete(question())).error().code, errc::provider_error);
  EXPECT_EQ(p.abandoned(), 1u);
}

TEST(Provider, ARefusalComesBeforeTheStream) {
  scripted_provider p;
  p.push(answer_script().fail({errc::rate_limited, "slow down"}));

  EXPECT_EQ(sync_wait(p.stream(question())).error().code, errc::rate_limited);
}

TEST(Tokens, AreEstimatedAsFourBytesEachAndRoundedUp) {
  EXPECT_EQ(tokens_of_bytes(0), 0);
  EXPECT_EQ(tokens_of_bytes(1), 1);
  EXPECT_EQ(tokens_of_bytes(4), 1);
  EXPECT_EQ(tokens_of_bytes(5), 2);
}

TEST(PartSize, CountsTextAndArguments) {
  EXPECT_EQ(size_of(part(text_part{"abc", {}})), 3U);
  EXPECT_EQ(size_of(part(reasoning_part{"ab", {}})), 2U);
  EXPECT_EQ(size_of(part(tool_call_part{"id", "name", "{}", {}})), 6U);
  EXPECT_EQ(size_of(part(image_part{"https://x", {}})), 0U);
}

}  // namespace
}  // namespace sambung::completion_test
