#include "provider/openai_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace sambung::openai_words_test {
namespace {

using namespace openai_words;

TEST(OpenaiWords, WriteAReasonInAWordThatIsReadAsThatReason) {
  for (auto const reason :
       {finish_reason::stop, finish_reason::length, finish_reason::tool_calls, finish_reason::content_filter}) {
    EXPECT_EQ(reason_of(word_of(reason)), reason);
    EXPECT_TRUE(is_own(word_of(reason)));
  }
  EXPECT_EQ(word_of(finish_reason::other), "stop");
}

TEST(OpenaiWords, ReadTheReasonsOfOtherVendors) {
  EXPECT_EQ(reason_of("end_turn"), finish_reason::stop);
  EXPECT_EQ(reason_of("max_tokens"), finish_reason::length);
  EXPECT_EQ(reason_of("tool_use"), finish_reason::tool_calls);
  EXPECT_EQ(reason_of("function_call"), finish_reason::tool_calls);
  EXPECT_EQ(reason_of("safety"), finish_reason::content_filter);
  EXPECT_EQ(reason_of("new"), finish_reason::other);
  EXPECT_EQ(reason_of(""), finish_reason::other);
}

TEST(OpenaiWords, KnowWhichReasonsAreOpenaisOwn) {
  std::set<std::string_view> own;
  for (auto const& each : reason_words())
    if (is_own(each.word)) own.insert(each.word);

  EXPECT_EQ(own, (std::set<std::string_view>{"stop", "length", "tool_calls", "function_call", "content_filter"}));
}

TEST(OpenaiWords, CountNoKindOfTokenTwice) {
  for_each_integer<token_counts>(
      [](auto member) { EXPECT_LE(std::ranges::count(usage_members(), member, &usage_member::count), 1); });
}

TEST(OpenaiWords, NameTheChoicesOfToolsThatAreWords) {
  for (auto const* word : {"auto", "none", "required"}) EXPECT_EQ(word_of(choice_of(word).value()), word);
  EXPECT_EQ(choice_of("weather"), std::nullopt);
  EXPECT_EQ(word_of(tool_choice::kind::named), "");
}

}  // namespace
}  // namespace sambung::openai_words_test
