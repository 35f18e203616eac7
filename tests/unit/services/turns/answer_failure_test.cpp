#include "services/turns/answer_failure.hpp"

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

}  // namespace
}  // namespace sambung::answer_failure_test
