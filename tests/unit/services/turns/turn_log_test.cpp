#include "services/turns/turn_log.hpp"

#include <gtest/gtest.h>

namespace sambung::turn_log_test {
namespace {

TEST(TurnLog, StoresDeltasAsTheyAreReadBack) {
  turn_log log{turn_started()};
  text_delta const text{"\"quoted\"\\ \n\t\x01 and 语"};
  reasoning_delta const thought{"hm", boost::json::object({{"signature", "s\"1"}})};
  tool_call_delta const call{1, "c1", "look_up", R"({"city":"Jakarta"})"};
  log.append(text);
  log.append(thought);
  log.append(call);
  tool_approval const question{"c1", "look_up", R"({"city":")", true, timestamp(std::chrono::milliseconds(1'234))};
  log.append(question);
  for (auto const verdict :
       {approval_verdict::once, approval_verdict::chat, approval_verdict::always, approval_verdict::deny})
    log.append(tool_decided{"c1", verdict});
  log.append(tool_result{"c1", "look_up", "31 °C", true});

  auto const stored = log.deltas(1);
  auto const read = decode_deltas(stored.text).value();

  EXPECT_EQ(stored.count, 9);
  ASSERT_EQ(read.size(), 9u);
  EXPECT_EQ(std::get<text_delta>(read[0]).text, text.text);
  EXPECT_EQ(std::get<reasoning_delta>(read[1]), thought);
  EXPECT_EQ(std::get<tool_call_delta>(read[2]), call);
  EXPECT_EQ(std::get<tool_approval>(read[3]), question);
  EXPECT_EQ(std::get<tool_decided>(read[4]), (tool_decided{"c1", approval_verdict::once}));
  EXPECT_EQ(std::get<tool_decided>(read[5]), (tool_decided{"c1", approval_verdict::chat}));
  EXPECT_EQ(std::get<tool_decided>(read[6]), (tool_decided{"c1", approval_verdict::always}));
  EXPECT_EQ(std::get<tool_decided>(read[7]), (tool_decided{"c1", approval_verdict::deny}));
  EXPECT_EQ(std::get<tool_result>(read[8]), (tool_result{"c1", "look_up", "31 °C", true}));
}

TEST(TurnLog, TakesADecisionThatNobodyCanMakeForDamage) {
  EXPECT_EQ(decode_deltas(R"([{"decided":"c1","verdict":"perhaps"}])").error().code, errc::data_loss);
  EXPECT_EQ(decode_deltas(R"([{"decided":"c1"}])").error().code, errc::data_loss);
}

TEST(TurnLog, StoresOnlyWhatIsBehindAnEvent) {
  turn_log log{turn_started()};
  for (auto const* text : {"a", "b", "c"}) log.append(text_delta{text});

  EXPECT_EQ(log.deltas(3).text, R"(["c"])");
  EXPECT_EQ(log.deltas(3).count, 1);
  EXPECT_EQ(log.deltas(4).count, 0);
  EXPECT_EQ(log.deltas(4).text, "");
}

TEST(TurnLog, StaysEndedWhenItIsAbandonedBehindItsEnd) {
  turn_log log{turn_started()};
  log.finish(turn_finished());

  log.abandon(failure(errc::unavailable, "the engine has gone"));

  EXPECT_FALSE(log.abandoned());
  EXPECT_EQ(log.last(), 2);
}

TEST(TurnLog, TellsAnEndThatComesAfterAll) {
  turn_log log{turn_started()};
  log.abandon(failure(errc::unavailable, "the engine has gone"));

  log.finish(turn_finished());

  EXPECT_FALSE(log.abandoned());
  EXPECT_EQ(log.last(), 2);
  EXPECT_TRUE(std::holds_alternative<turn_finished>(log.at(2)));
}

}  // namespace
}  // namespace sambung::turn_log_test
