#include "services/chats/conversation.hpp"

#include <gtest/gtest.h>

#include <sambung/core/error.hpp>

namespace sambung::conversation_test {
namespace {

TEST(Conversation, AddsItsLastMessageOfTheUser) {
  std::vector<prompt_message> said;
  said.emplace_back(role::user, "first");
  said.emplace_back(role::assistant, "answer");
  said.emplace_back(role::user, "second");
  said.emplace_back(role::assistant, "prefilled");

  auto const parts = last_user_message(std::move(said));

  ASSERT_EQ(parts.size(), 1);
  EXPECT_EQ(std::get<text_part>(parts[0]).text, "second");
}

TEST(Conversation, WithoutTheUserAddsNothing) {
  std::vector<prompt_message> said;
  said.emplace_back(role::system, "be brief");

  try {
    last_user_message(std::move(said));
    FAIL();
  } catch (error const& e) {
    EXPECT_EQ(e.why().code, errc::invalid_argument);
    ASSERT_EQ(e.why().issues.size(), 1);
    EXPECT_EQ(e.why().issues[0].path, "messages");
  }
}

}  // namespace
}  // namespace sambung::conversation_test
