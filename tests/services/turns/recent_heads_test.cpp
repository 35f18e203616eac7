// What an engine remembers of the chats it was sent to: that it saves look-ups, and that it never decides anything.
#include "services/turns/recent_heads.hpp"

#include "support/desk.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace sambung::recent_heads_test {
namespace {

using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

class counting_storage final : public storage {
 public:
  task<result<void>> migrate(schema_ref s) override { return inner_->migrate(std::move(s)); }
  task<result<rows>> read(scope who, query q) override {
    ++reads;
    return inner_->read(who, std::move(q));
  }
  task<result<rows>> search(scope who, text_query q) override { return inner_->search(who, std::move(q)); }
  task<result<receipt>> write(scope who, batch b) override { return inner_->write(who, std::move(b)); }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return inner_->tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return inner_->check(); }

  std::atomic<int> reads = 0;

 private:
  std::shared_ptr<storage> inner_ = memory_storage();
};

message ask(desk& d, chat_id chat, std::string text, std::string answer) {
  d.model->push(say(std::move(answer)));
  auto turn = sync_wait(d.chats().send(chat, std::move(text)));
  return sync_wait(turn.answer());
}

std::vector<std::string> last_prompt(desk& d) {
  auto const asked = d.model->requests().back();
  std::vector<std::string> all;
  for (auto const& item : asked.messages) all.push_back(text_of(item.parts));
  return all;
}

using strings = std::vector<std::string>;

TEST(RecentHeads, SaveTheNextMessageItsLookUps) {
  auto const storage = std::make_shared<counting_storage>();
  desk_options options;
  options.storage = storage;
  options.context = token_budget_context(1);  // nothing of the chat is read back for the model either
  desk d(options);
  auto const chat = d.new_chat();
  ask(d, chat.id, "one", "1");
  d.model->push(say("2"));
  storage->reads = 0;

  auto turn = sync_wait(d.chats().send(chat.id, "two"));

  EXPECT_EQ(storage->reads, 0);
  auto const answer = sync_wait(turn.answer());
  auto const path = sync_wait(d.chats().messages(chat.id)).items;
  ASSERT_EQ(path.size(), 4U);
  EXPECT_EQ(path[0].id, answer.id);
  EXPECT_EQ(text_of(path[2].parts), "1");
  EXPECT_EQ(sync_wait(d.chats().get(chat.id)).revision, 3);
}

TEST(RecentHeads, GiveWayToWhatAnotherEngineDidToTheChat) {
  desk_options options;
  options.storage = memory_storage();
  options.deployment = deployment::shared;
  desk here(options), there(options);
  auto const chat = here.new_chat();
  ask(here, chat.id, "one", "1");
  ask(there, chat.id, "two", "2");

  ask(here, chat.id, "three", "3");

  EXPECT_EQ(last_prompt(here), (strings{"one", "1", "two", "2", "three"}));
}

TEST(RecentHeads, FollowAHeadThatWasMoved) {
  desk d;
  auto const chat = d.new_chat();
  auto const first = ask(d, chat.id, "one", "1");
  ask(d, chat.id, "two", "2");
  chat_update back;
  back.head_id = first.id;
  sync_wait(d.chats().update(chat.id, back, sync_wait(d.chats().get(chat.id)).revision));

  ask(d, chat.id, "three", "3");

  EXPECT_EQ(last_prompt(d), (strings{"one", "1", "three"}));
}

TEST(RecentHeads, DoNotKeepARemovedChatAlive) {
  desk_options options;
  options.storage = memory_storage();
  options.deployment = deployment::shared;
  desk here(options), there(options);
  auto const chat = here.new_chat();
  ask(here, chat.id, "one", "1");
  sync_wait(there.chats().remove(chat.id));

  EXPECT_EQ(code_of(here.chats().send(chat.id, "two")), errc::not_found);
}

TEST(RecentHeads, AreOfNoUseToAnotherUser) {
  desk d;
  auto const chat = d.new_chat();
  ask(d, chat.id, "one", "1");
  auto const eve = d.add_user("eve");

  EXPECT_EQ(code_of(d.chats_of(eve).send(chat.id, "mine now")), errc::not_found);
}

TEST(RecentHeads, ForgetTheOldestWhenTheyHoldTooMuch) {
  recent_heads heads;
  auto const who = testing::tenant_scope(tenant_id{uuid{{1}}});
  auto const owner = user_id{uuid{{2}}};
  auto const chat_of = [&](std::uint8_t number) {
    chat c;
    c.id = chat_id{uuid{{number}}};
    c.owner_id = owner;
    return c;
  };
  for (std::uint8_t i = 1; i <= 4; ++i) heads.keep(who, chat_head(chat_of(i)), recent_heads::max_bytes / 4);

  EXPECT_FALSE(heads.take(who, owner, chat_of(1).id));
  EXPECT_TRUE(heads.take(who, owner, chat_of(2).id));
  EXPECT_FALSE(heads.take(who, owner, chat_of(2).id));
  EXPECT_FALSE(heads.take(who, user_id{uuid{{3}}}, chat_of(3).id));
  EXPECT_TRUE(heads.take(who, owner, chat_of(3).id));
}

}  // namespace
}  // namespace sambung::recent_heads_test
