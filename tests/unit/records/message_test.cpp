#include <sambung/records/message.hpp>

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace sambung::message_test {
namespace {

TEST(MessageReason, HasTheNameOfEveryErrc) {
  for (auto const& row : errc_table()) {
    auto const reason = reason_of(row.code);

    EXPECT_EQ(boost::describe::enum_to_string(reason, ""), row.name);
    EXPECT_EQ(errc_of(reason), row.code);
  }
}

TEST(MessageReason, IsNoErrcForWhatBecameOfTheServer) {
  for (auto const reason : {message_reason::shutdown, message_reason::lease_lost, message_reason::server_lost})
    EXPECT_EQ(errc_of(reason), std::nullopt);
}

TEST(Message, HasTheColumnsOfItsEnd) {
  auto const& described = description_of<message>();

  EXPECT_EQ(described.fields.front().name, "id");
  for (auto const* column : {"state", "reason", "finish_reason", "usage", "cost_microusd"})
    EXPECT_TRUE(described.position(column)) << column;
  EXPECT_EQ(described.fields[*described.position("reason")].type, column_type::text);
  EXPECT_EQ(described.fields[*described.position("usage")].type, column_type::json);
  EXPECT_EQ(described.fields.size(), 16U);
}

TEST(Message, ShowsItsReasonByName) {
  message lost;
  lost.state = message_state::incomplete;
  lost.reason = message_reason::server_lost;

  auto const shown = to_json(lost);

  EXPECT_EQ(shown.at("state"), "incomplete");
  EXPECT_EQ(shown.at("reason"), "server_lost");
}

TEST(TokenUsage, ReadsWhatEarlierVersionsStored) {
  auto const read =
      parse_json_as<token_usage>(R"({"inputTokens":1,"outputTokens":2,"cachedInputTokens":3,"reasoningTokens":4})");

  ASSERT_TRUE(read);
  EXPECT_EQ(read->input_tokens, 1);
  EXPECT_EQ(read->reasoning_tokens, 4);
  EXPECT_EQ(read->cache_write_tokens, 0);
  EXPECT_FALSE(read->estimated);
}

TEST(TokenCounts, AreAddedOneByOne) {
  token_usage sum;
  token_usage more;
  std::int64_t number = 0;
  for_each_integer<token_counts>([&](auto member) { more.*member = ++number; });

  add_integers<token_counts>(sum, more);
  add_integers<token_counts>(sum, more);

  EXPECT_EQ(number, 5);
  EXPECT_EQ(sum.input_tokens, 2 * more.input_tokens);
  EXPECT_EQ(sum.cache_write_tokens, 2 * more.cache_write_tokens);
}

}  // namespace
}  // namespace sambung::message_test
