#include "services/turns/answer_failure.hpp"

#include "services/turns/turn_outcome.hpp"

#include <gtest/gtest.h>

namespace sambung::answer_failure_test {
namespace {

message ended(message_state state) {
  message answer;
  answer.state = state;
  return answer;
}

error_part saying(std::string text) {
  error_part part;
  part.message = std::move(text);
  return part;
}

TEST(AnswerFailure, IsNoneOfAnAnswerThatEndedOrWasStopped) {
  EXPECT_FALSE(failure_of(ended(message_state::complete)));
  EXPECT_FALSE(failure_of(ended(message_state::cancelled)));
}

TEST(AnswerFailure, IsTheProvidersWhenTheAnswerSaysWhatWentWrong) {
  auto answer = ended(message_state::failed);
  answer.parts.push_back(saying("overloaded"));

  auto const why = failure_of(answer);

  ASSERT_TRUE(why);
  EXPECT_EQ(why->code, errc::provider_error);
  EXPECT_EQ(why->message, "overloaded");
}

TEST(AnswerFailure, IsTheQuotasWhenThatEndedIt) {
  auto answer = ended(message_state::incomplete);
  answer.reason = message_reason::quota_exceeded;
  answer.parts.push_back(saying("too much"));

  EXPECT_EQ(failure_of(answer)->code, errc::quota_exceeded);
}

TEST(AnswerFailure, IsThatItBrokeOffWhenNothingIsSaid) {
  auto const why = failure_of(ended(message_state::incomplete));

  EXPECT_EQ(why->code, errc::unavailable);
  EXPECT_EQ(why->message, "the answer broke off");
}

turn_outcome interrupted(turn_interruption by) {
  turn_outcome how;
  how.interrupt(by);
  return how;
}

TEST(TurnOutcome, SaysWhoEndedTheTurn) {
  EXPECT_EQ(interrupted(turn_interruption::stop).state, message_state::cancelled);
  EXPECT_EQ(interrupted(turn_interruption::stop).reason, std::nullopt);
  EXPECT_EQ(interrupted(turn_interruption::shutdown).state, message_state::incomplete);
  EXPECT_EQ(interrupted(turn_interruption::shutdown).reason, message_reason::shutdown);
  EXPECT_EQ(interrupted(turn_interruption::lease_lost).state, message_state::incomplete);
  EXPECT_EQ(interrupted(turn_interruption::lease_lost).reason, message_reason::lease_lost);
}

TEST(TurnOutcome, LeavesItsFaultBehindWhatTheAnswerSays) {
  message answer;
  answer.parts.push_back(text_part{"so far", {}});
  turn_outcome how;

  how.fail(failure(errc::provider_error, "overloaded"), message_state::incomplete);
  auto const ended = how.end(std::move(answer));

  EXPECT_EQ(ended.state, message_state::incomplete);
  EXPECT_EQ(ended.reason, reason_of(errc::provider_error));
  ASSERT_EQ(ended.parts.size(), 2U);
  ASSERT_TRUE(std::holds_alternative<error_part>(ended.parts.back()));
  EXPECT_EQ(std::get<error_part>(ended.parts.back()).message, "overloaded");
}

TEST(TurnOutcome, KeepsTheBeginningOfALongFault) {
  turn_outcome how;

  how.fail(failure(errc::internal, std::string(100'000, 'x')), message_state::failed);

  EXPECT_EQ(how.error, std::string(4'096, 'x'));
  EXPECT_EQ(how.why->message.size(), 100'000U);
}

}  // namespace
}  // namespace sambung::answer_failure_test
