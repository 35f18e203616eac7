// Other names for models, from a chat to what is stored.
#include "support/desk.hpp"

#include <sambung/provider/decorators/fallback.hpp>

#include <gtest/gtest.h>

namespace sambung::tests::model_alias_test {
namespace {

using testing::answer_script;
using testing::scripted_provider;

class ModelAlias : public ::testing::Test {
 protected:
  ModelAlias() {
    engine_options settings;
    settings.storage = fresh_storage();
    settings.auth.password_cost = min_password_cost;
    settings.providers.add("scripted", model_).alias("smart", "fast").alias("fast", "scripted/m");
    engine_ = std::make_unique<engine>(io_.get_executor(), std::move(settings));
    sync_wait(engine_->start());
    auto const tenant = sync_wait(engine_->tenants().create("acme")).id;
    auto const user = sync_wait(engine_->users().create(tenant, "ada@acme.example", member_role::owner)).id;
    desk_.emplace(engine_->workspace(principal::trusted(tenant, user, member_role::owner)));
  }
  ~ModelAlias() override {
    desk_.reset();
    sync_wait(engine_->shutdown(std::chrono::seconds(0)));
    engine_.reset();
    io_.stop();
    io_.join();
  }

  boost::asio::thread_pool io_{1};
  std::shared_ptr<scripted_provider> model_ = std::make_shared<scripted_provider>();
  std::unique_ptr<engine> engine_;
  std::optional<workspace> desk_;
};

TEST_F(ModelAlias, AChatKeepsItAndItsMessagesNameTheModel) {
  model_->push(answer_script().text("Hi").finish());
  auto chats = desk_->chats();
  auto const chat = sync_wait(chats.create("Chat", "smart"));
  auto turn = sync_wait(chats.send(chat.id, "hi"));
  while (sync_wait(turn.next())) continue;

  EXPECT_EQ(chat.model, "smart");
  EXPECT_EQ(sync_wait(turn.answer()).model, "scripted/m");
  EXPECT_EQ(model_->requests().at(0).model, "m");
}

TEST_F(ModelAlias, IsListedAndAnswersWithoutAChat) {
  model_->push(answer_script().text("Hi").finish());
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "hi");
  auto completions = desk_->completions();
  auto const answer = sync_wait(completions.complete(completion_request("fast", std::move(messages))));

  EXPECT_EQ(text_of(answer.parts), "Hi");
  std::string names;
  for (auto const& one : sync_wait(completions.models())) names += one.id + ' ';
  EXPECT_EQ(names, "scripted/scripted fast smart ");
  EXPECT_EQ(completions.provider_health().at(0).state, provider_state::healthy);
}

// An alias for the models of two providers, and one for that alias and a third.
class SeveralModels : public ::testing::Test {
 protected:
  SeveralModels() : desk_(options()) {}

  desk_options options() {
    desk_options made;
    for (auto const* name : {"first", "second", "third"}) {
      auto& one = models_.emplace_back(std::make_shared<scripted_provider>());
      made.more_providers.emplace_back(name, one);
    }
    made.with_providers = [](provider_registry& all) {
      fallback_alias(all, "smart", {"first/m", "second/m"});
      fallback_alias(all, "best", {"smart", "third/m"});
    };
    return made;
  }

  void refuse(std::size_t which, errc code) { models_[which]->push(answer_script().fail(failure(code, "no"))); }
  void answer(std::size_t which) { models_[which]->push(say("Hi")); }

  // How a call of each kind ends.
  void ask_in_a_chat(std::string const& alias) {
    auto const chat = sync_wait(desk_.chats().create("Chat", alias));
    auto turn = sync_wait(desk_.chats().send(chat.id, "hi"));
    sync_wait(turn.answer());
  }
  void ask_without_one(std::string const& alias) {
    std::vector<prompt_message> messages;
    messages.emplace_back(role::user, "hi");
    auto completions = desk_.as(desk_.user).completions();
    code_of(completions.complete(completion_request(alias, std::move(messages))));
  }

  // "first: unavailable, second: fine"
  std::string health() {
    std::string all;
    for (auto const& one : desk_.as(desk_.user).completions().provider_health()) {
      if (one.state == provider_state::unknown) continue;
      all += (all.empty() ? "" : ", ") + one.name + ": " + std::string(one.error ? to_string(*one.error) : "fine");
    }
    return all;
  }

  std::vector<std::shared_ptr<scripted_provider>> models_;
  desk desk_;
};

TEST_F(SeveralModels, AreEachKnownToFailAlsoWhenAnotherAnswers) {
  refuse(0, errc::unavailable);
  answer(1);
  ask_in_a_chat("smart");
  EXPECT_EQ(health(), "first: unavailable, second: fine");

  refuse(0, errc::quota_exceeded);
  answer(1);
  ask_without_one("smart");
  EXPECT_EQ(health(), "first: quota_exceeded, second: fine");

  answer(0);
  ask_without_one("smart");
  EXPECT_EQ(health(), "first: fine, second: fine");
}

TEST_F(SeveralModels, AreEachBlamedForTheirOwnFailure) {
  refuse(0, errc::unavailable);
  refuse(1, errc::quota_exceeded);
  ask_without_one("smart");
  EXPECT_EQ(health(), "first: unavailable, second: quota_exceeded");

  refuse(0, errc::unauthenticated);
  refuse(1, errc::provider_error);
  answer(2);
  ask_in_a_chat("best");
  EXPECT_EQ(health(), "first: unauthenticated, second: provider_error, third: fine");
}

TEST(ModelAliases, ThatLeadNowhereRefuseTheEngine) {
  boost::asio::thread_pool io(1);
  engine_options settings;
  settings.providers.alias("fast", "nobody/m");

  EXPECT_THROW(engine(io.get_executor(), std::move(settings)), error);
}

}  // namespace
}  // namespace sambung::tests::model_alias_test
