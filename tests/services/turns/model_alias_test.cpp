// Other names for models, from a chat to what is stored.
#include "support/desk.hpp"

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
    desk_.emplace(engine_->workspace(tenant, user));
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

TEST(ModelAliases, ThatLeadNowhereRefuseTheEngine) {
  boost::asio::thread_pool io(1);
  engine_options settings;
  settings.providers.alias("fast", "nobody/m");

  EXPECT_THROW(engine(io.get_executor(), std::move(settings)), error);
}

}  // namespace
}  // namespace sambung::tests::model_alias_test
