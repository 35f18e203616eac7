// API tokens, and calls without a chat.
#include "support/desk.hpp"

#include <gtest/gtest.h>

namespace sambung::identity_test {
namespace {

using tests::code_of;
using tests::desk;

TEST(ApiTokens, SayWhoPresentsThem) {
  desk d;
  auto const made = sync_wait(d.engine->api_tokens().create(d.tenant, d.user, "laptop"));

  auto const who = sync_wait(d.engine->auth().authenticate(made.secret)).acting().value();

  EXPECT_EQ(who.user(), d.user);
  EXPECT_EQ(who.tenant(), d.tenant);
  EXPECT_EQ(who.role(), member_role::owner);
  EXPECT_TRUE(who.may(permission::chat_write));
  EXPECT_FALSE(who.may(permission::member_manage));
  EXPECT_TRUE(made.secret.starts_with("smb_"));
  EXPECT_EQ(made.secret.size(), 47U);
  EXPECT_EQ(made.record.hash.find(made.secret), std::string::npos);
}

TEST(ApiTokens, RefuseEverythingElseAlike) {
  desk d;
  auto const made = sync_wait(d.engine->api_tokens().create(d.tenant, d.user, "laptop"));
  auto changed = made.secret;
  changed.back() = changed.back() == 'A' ? 'B' : 'A';

  for (auto const& wrong :
       {std::string(), std::string("smb_"), changed, made.secret + "x", "xxx_" + made.secret.substr(4)})
    EXPECT_EQ(code_of(d.engine->auth().authenticate(wrong)), errc::unauthenticated) << wrong;
}

TEST(Completions, AnswerWithoutAChatAndCountWhatWasUsed) {
  desk d;
  d.model->push(testing::answer_script().text("42").usage(3, 1).finish());
  completion_request request;
  request.model = "scripted/model";
  request.messages.emplace_back(role::user, "?");

  auto const answer = sync_wait(
      d.engine->workspace(principal::trusted(d.tenant, d.user, member_role::owner)).completions().complete(request));

  EXPECT_EQ(text_of(answer.parts), "42");
  EXPECT_EQ(d.model->requests().front().model, "model");
  sync_wait(d.engine->shutdown());
  ASSERT_EQ(d.usage().size(), 1U);
  EXPECT_EQ(d.usage()[0].input_tokens, 3);
  EXPECT_EQ(d.usage()[0].output_tokens, 1);
}

TEST(Completions, ListEveryProvidersModels) {
  desk d;

  auto const models =
      sync_wait(d.engine->workspace(principal::trusted(d.tenant, d.user, member_role::owner)).completions().models());

  ASSERT_EQ(models.size(), 1U);
  EXPECT_EQ(models.front().id, "scripted/scripted");
}

}  // namespace
}  // namespace sambung::identity_test
