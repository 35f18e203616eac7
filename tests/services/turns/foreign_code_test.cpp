// Code of an application's that a turn runs: whatever it throws or gives, the turn ends and keeps its text.
#include "support/desk.hpp"

#include <gtest/gtest.h>

namespace sambung::foreign_code_test {
namespace {

using tests::desk;
using tests::desk_options;

struct throwing_stream final : completion_stream {
  std::string model() const override { return "m"; }
  task<result<std::optional<completion_event>>> next() override {
    if (++calls_ > 1) throw 42;
    co_return std::optional<completion_event>(text_delta{"Selamat "});
  }
  int calls_ = 0;
};

struct throwing_provider final : provider {
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request) override {
    std::unique_ptr<completion_stream> made = std::make_unique<throwing_stream>();
    co_return made;
  }
  task<result<std::vector<model_info>>> do_models() override { co_return std::vector<model_info>(); }
};

struct throwing_policy final : context_policy {
  std::unique_ptr<builder> begin(std::string_view) const override { throw 42; }
};

struct empty_policy final : context_policy {
  std::unique_ptr<builder> begin(std::string_view) const override { return nullptr; }
};

message answer_under(std::shared_ptr<context_policy> policy) {
  desk_options options;
  options.context = std::move(policy);
  desk d(options);
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  return sync_wait(turn.answer());
}

TEST(ForeignCode, OfAProviderThatThrowsAnythingEndsItsTurnWithItsText) {
  desk_options options;
  options.more_providers.emplace_back("own", std::make_shared<throwing_provider>());
  desk d(options);
  auto const chat = sync_wait(d.chats().create("Test", "own/m"));

  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::failed);
  EXPECT_EQ(answer.reason, message_reason::provider_error);
  EXPECT_EQ(text_of(answer.parts), "Selamat ");
  EXPECT_EQ(std::get<error_part>(answer.parts.back()).message, "the provider failed");
}

TEST(ForeignCode, OfAContextPolicyThatThrowsAnythingEndsItsTurn) {
  auto const answer = answer_under(std::make_shared<throwing_policy>());

  EXPECT_EQ(answer.state, message_state::failed);
  EXPECT_EQ(answer.reason, message_reason::internal);
}

TEST(ForeignCode, OfAContextPolicyThatMakesNothingEndsItsTurn) {
  EXPECT_EQ(answer_under(std::make_shared<empty_policy>()).state, message_state::failed);
}

}  // namespace
}  // namespace sambung::foreign_code_test
