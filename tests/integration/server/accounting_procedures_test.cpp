// Usage and quotas as clients of a server meet them.
#include "support/served_engine.hpp"

#include <gtest/gtest.h>

namespace sambung::accounting_procedures_test {
namespace {

using test::raw_client;
using test::raw_response;
using test::served_engine;
using testing::answer_script;

constexpr char const* ten_tokens_a_day = R"({"subject":"tenant","period":"day","measure":"tokens","limit":10})";

// Every answer takes six tokens of input and four of output.
void answer_ten_tokens(served_engine& s) {
  s.provider->otherwise(
      [](completion_request const&) { return answer_script().text("0123456789012345").usage(6, 4).finish(); });
}

raw_response complete(served_engine& s, char const* more = "") {
  raw_client client(s.port());
  auto const body =
      std::string(R"({"model":"test/scripted","messages":[{"role":"user","content":"12345678"}])") + more + "}";
  return client.call("POST", "/v1/chat/completions", body, s.authorization);
}

TEST(AccountingProcedures, SetAndShowAndRemoveAQuota) {
  served_engine s;
  answer_ten_tokens(s);

  s.must("quota/set", ten_tokens_a_day);
  EXPECT_EQ(complete(s).status, 200);

  auto const mine = s.must("quota/mine", "{}").at("items").as_array();
  ASSERT_EQ(mine.size(), 1U);
  EXPECT_EQ(mine[0].at("used"), 10);
  EXPECT_EQ(mine[0].at("limit"), 10);
  EXPECT_EQ(s.must("quota/getAll", "{}").at("items").as_array().size(), 1U);
  s.must("quota/remove", R"({"subject":"tenant","period":"day","measure":"tokens"})");
  EXPECT_TRUE(s.must("quota/mine", "{}").at("items").as_array().empty());
}

TEST(AccountingProcedures, RefuseForGoodWhenAQuotaIsUsedUp) {
  served_engine s;
  answer_ten_tokens(s);
  auto const chat = s.new_chat();
  s.must("quota/set", ten_tokens_a_day);
  EXPECT_EQ(complete(s).status, 200);

  auto const plain = complete(s);
  auto const streamed = complete(s, R"(,"stream":true)");
  auto const sent = s.call("message/create", R"({"chatId":")" + chat + R"(","text":"hi"})");

  for (auto const& response : {plain, streamed, sent}) {
    EXPECT_EQ(response.status, 429) << response.body;
    EXPECT_EQ(response.headers.at("x-should-retry"), "false");
    EXPECT_GT(std::stoll(response.headers.at("retry-after")), 0);
  }
  EXPECT_NE(sent.body.find("quota_exceeded"), std::string::npos);
  EXPECT_NE(sent.body.find("tenant/day/tokens"), std::string::npos);
  EXPECT_NE(sent.body.find("resetsAt"), std::string::npos);
  EXPECT_EQ(s.provider->requests().size(), 1U);
}

TEST(AccountingProcedures, EndAStreamWithTheErrorWhereAQuotaIsPassed) {
  served_engine s;
  s.must("quota/set", ten_tokens_a_day);
  testing::gate never;
  s.provider->push(answer_script().text("0123").text("0123456789012345").wait(never));

  auto const response = complete(s, R"(,"stream":true)");

  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("0123456789012345"), std::string::npos);
  EXPECT_NE(response.body.find(R"("error")"), std::string::npos);
  EXPECT_NE(response.body.find("quota of tokens"), std::string::npos);
  EXPECT_EQ(s.provider->abandoned(), 1U);
  never.open();
}

TEST(AccountingProcedures, TellWhatAnAnswerOfAChatUsed) {
  served_engine s;
  answer_ten_tokens(s);
  s.must("message/create", R"({"chatId":")" + s.new_chat() + R"(","text":"hi"})");

  auto const sums = s.must("usage/summary", R"({"groupBy":"model"})").at("items").as_array();
  auto const days = s.must("usage/daily", R"({"of":"tenant","limit":1})");

  ASSERT_EQ(sums.size(), 1U);
  EXPECT_EQ(sums[0].at("model"), "test/scripted");
  EXPECT_EQ(sums[0].at("inputTokens"), 6);
  EXPECT_TRUE(sums[0].at("costMicrousd").is_null());
  EXPECT_EQ(sums[0].at("unpricedRequests"), 1);
  EXPECT_EQ(days.at("items").as_array().size(), 1U);
  EXPECT_TRUE(days.at("nextCursor").is_null());
}

}  // namespace
}  // namespace sambung::accounting_procedures_test
