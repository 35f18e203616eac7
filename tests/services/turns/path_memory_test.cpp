// What an engine remembers of paths: that it saves reads, decides nothing, is bounded, and goes with the chat.
#include "services/turns/path_memory.hpp"

#include "support/desk.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace sambung::path_memory_test {
namespace {

using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

using strings = std::vector<std::string>;

class counting_storage final : public storage {
 public:
  task<result<void>> migrate(schema_ref s) override { return inner_->migrate(std::move(s)); }
  task<result<rows>> read(scope who, query q) override {
    if (q.table() == description_of<message>().table) ++message_reads;
    return inner_->read(who, std::move(q));
  }
  task<result<rows>> search(scope who, text_query q) override { return inner_->search(who, std::move(q)); }
  task<result<receipt>> write(scope who, batch b) override { return inner_->write(who, std::move(b)); }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return inner_->tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return inner_->check(); }

  std::atomic<int> message_reads = 0;

 private:
  std::shared_ptr<storage> inner_ = memory_storage();
};

message ask(desk& d, chat_id chat, std::string text, std::string answer) {
  d.model->push(say(std::move(answer)));
  auto turn = sync_wait(d.chats().send(chat, std::move(text)));
  return sync_wait(turn.answer());
}

strings last_prompt(desk& d) {
  auto const asked = d.model->requests().back();
  strings all;
  for (auto const& item : asked.messages) all.push_back(text_of(item.parts));
  return all;
}

TEST(PathMemory, SparesALongChatItsReads) {
  auto const storage = std::make_shared<counting_storage>();
  desk_options options;
  options.storage = storage;
  options.context = token_budget_context(400);  // the chat's beginning does not fit
  desk d(options);
  auto const chat = d.new_chat();
  for (int i = 0; i < 40; ++i) ask(d, chat.id, "question " + std::to_string(i), "answer");
  auto const before = d.engine->context_memory();
  storage->message_reads = 0;

  d.model->push(say("last"));
  auto turn = sync_wait(d.chats().send(chat.id, "last question"));
  (void)tests::read_all(turn);

  EXPECT_EQ(storage->message_reads, 0);
  auto const now = d.engine->context_memory();
  EXPECT_EQ(now.messages_read, before.messages_read);
  EXPECT_GT(now.messages_at_hand, before.messages_at_hand + 20);
  EXPECT_EQ(now.chats, 1);
  EXPECT_GT(now.bytes, 0);
}

TEST(PathMemory, IsOffWithoutBytes) {
  desk_options options;
  options.turns.context_memory_bytes = 0;
  desk d(options);
  auto const chat = d.new_chat();
  for (int i = 0; i < 3; ++i) ask(d, chat.id, std::to_string(i), "a");

  EXPECT_EQ(d.engine->context_memory().bytes, 0);
  EXPECT_EQ(last_prompt(d), (strings{"0", "a", "1", "a", "2"}));
}

TEST(PathMemory, GivesTheSamePromptsAsStorage) {
  desk_options with, without;
  without.turns.context_memory_bytes = 0;
  desk one(with), other(without);
  std::vector<strings> prompts;
  for (auto* d : {&one, &other}) {
    auto const chat = d->new_chat();
    auto const first = ask(*d, chat.id, "one", "1");
    auto const second = ask(*d, chat.id, "two", "2");
    d->model->push(say("2b"));
    auto again = sync_wait(d->chats().regenerate(second.id));
    (void)sync_wait(again.answer());
    ask(*d, chat.id, "three", "3");
    d->model->push(say("1b"));
    auto edited = sync_wait(d->chats().edit(*first.parent_id, "uno"));
    (void)sync_wait(edited.answer());
    ask(*d, chat.id, "due", "2c");
    chat_update back;
    back.head_id = second.id;
    sync_wait(d->chats().update(chat.id, back, sync_wait(d->chats().get(chat.id)).revision));
    ask(*d, chat.id, "tre", "3c");
    strings all;
    for (auto const& asked : d->model->requests()) {
      for (auto const& item : asked.messages) all.push_back(text_of(item.parts));
      all.push_back("--");
    }
    prompts.push_back(std::move(all));
  }

  EXPECT_EQ(prompts[0], prompts[1]);
  EXPECT_EQ(last_prompt(one), (strings{"one", "1", "two", "2", "tre"}));
}

TEST(PathMemory, SeesWhatAnotherEngineAddedToTheChat) {
  desk_options options;
  options.storage = memory_storage();
  options.deployment = deployment::shared;
  desk here(options), there(options);
  auto const chat = here.new_chat();
  ask(here, chat.id, "one", "1");
  ask(there, chat.id, "two", "2");
  ask(here, chat.id, "three", "3");
  ask(there, chat.id, "four", "4");

  ask(here, chat.id, "five", "5");

  EXPECT_EQ(last_prompt(here), (strings{"one", "1", "two", "2", "three", "3", "four", "4", "five"}));
}

TEST(PathMemory, GoesWithTheChat) {
  desk d;
  auto const chat = d.new_chat();
  ask(d, chat.id, "one", "1");
  ASSERT_EQ(d.engine->context_memory().chats, 1);

  sync_wait(d.chats().remove(chat.id));

  EXPECT_EQ(d.engine->context_memory().chats, 0);
  EXPECT_EQ(d.engine->context_memory().bytes, 0);
}

TEST(PathMemory, GoesWithTheUser) {
  desk d;
  auto const eve = d.add_user("eve");
  auto const chat = sync_wait(d.chats_of(eve).create("Hers", "scripted/model"));
  d.model->push(say("1"));
  auto turn = sync_wait(d.chats_of(eve).send(chat.id, "one"));
  (void)sync_wait(turn.answer());
  ASSERT_EQ(d.engine->context_memory().chats, 1);

  sync_wait(d.engine->users().erase(eve));

  EXPECT_EQ(d.engine->context_memory().bytes, 0);
}

TEST(PathMemory, GoesWithTheTenant) {
  desk d;
  ask(d, d.new_chat().id, "one", "1");
  ASSERT_EQ(d.engine->context_memory().chats, 1);

  sync_wait(d.engine->tenants().erase(d.tenant));

  EXPECT_EQ(d.engine->context_memory().bytes, 0);
}

TEST(PathMemory, IsOfNoUseToAnotherUser) {
  desk d;
  auto const chat = d.new_chat();
  ask(d, chat.id, "one", "1");
  auto const eve = d.add_user("eve");

  EXPECT_EQ(code_of(d.chats_of(eve).send(chat.id, "mine now")), errc::not_found);
}

// --- by itself
// ------------------------------------------------------------------------------------------------------

chat_id chat_named(std::uint8_t number) { return chat_id{uuid{{number}}}; }
message_id id_of(std::uint8_t number) { return message_id{uuid{{number}}}; }
timestamp at(int second) { return timestamp(std::chrono::seconds(second)); }

// A message behind the one with the number before its own.
message_ref message_numbered(std::uint8_t number, message_state state = message_state::complete,
                             std::size_t bytes = 10) {
  message m;
  m.id = id_of(number);
  m.chat_id = chat_named(1);
  m.depth = number;
  if (number > 0) m.parent_id = id_of(static_cast<std::uint8_t>(number - 1));
  m.state = state;
  m.parts.push_back(text_part{std::string(bytes, 'x'), {}});
  return std::make_shared<message const>(std::move(m));
}

known_path path_to(std::uint8_t newest, std::size_t bytes = 10) {
  std::vector<message_ref> all;
  for (int i = newest; i >= 0; --i)
    all.push_back(message_numbered(static_cast<std::uint8_t>(i), message_state::complete, bytes));
  return known_path(chat_named(1), std::move(all));
}

TEST(KnownPath, FindsItsMessagesByIdAndDepth) {
  auto const path = path_to(3);

  EXPECT_TRUE(path.find(id_of(3), 3));
  EXPECT_TRUE(path.find(id_of(0), 0));
  EXPECT_FALSE(path.find(id_of(2), 3));
  EXPECT_FALSE(path.find(id_of(4), 4));
  EXPECT_FALSE(path.find(id_of(0), -1));
}

TEST(KnownPath, EndsBeforeWhatMayStillChangeOrStandsElsewhere) {
  for (auto const state : {message_state::streaming, message_state::pending}) {
    std::vector<message_ref> all{message_numbered(3), message_numbered(2, state), message_numbered(1)};
    known_path const path(chat_named(1), std::move(all));
    EXPECT_TRUE(path.find(id_of(3), 3));
    EXPECT_FALSE(path.find(id_of(2), 2));
    EXPECT_FALSE(path.find(id_of(1), 1));
  }
  std::vector<message_ref> gap{message_numbered(3), message_numbered(1)};
  EXPECT_FALSE(known_path(chat_named(1), std::move(gap)).find(id_of(1), 1));
  std::vector<message_ref> other{message_numbered(3)};
  EXPECT_TRUE(known_path(chat_named(2), std::move(other)).empty());
}

TEST(KnownPath, EndsBeforeWhatCouldNotBeRead) {
  auto damaged = *message_numbered(2);
  damaged.state = message_state::failed;
  damaged.reason = message_reason::data_loss;
  std::vector<message_ref> all{message_numbered(3), std::make_shared<message const>(damaged), message_numbered(1)};
  known_path const path(chat_named(1), std::move(all));

  EXPECT_TRUE(path.find(id_of(3), 3));
  EXPECT_FALSE(path.find(id_of(2), 2));
}

TEST(PathMemory, ForgetsWhatWasNotUsedForLongestWhenItIsTooMuch) {
  path_memory memory;
  auto const who = testing::tenant_scope(tenant_id{uuid{{1}}});
  auto const each = path_to(3, 1'000).bytes();
  memory.limit(3 * each);
  for (std::uint8_t i = 1; i <= 3; ++i) memory.keep(who, chat_named(i), path_to(3, 1'000), at(i));
  EXPECT_TRUE(memory.find(who, chat_named(1), at(4)));

  memory.keep(who, chat_named(4), path_to(3, 1'000), at(5));

  EXPECT_TRUE(memory.find(who, chat_named(1), at(6)));
  EXPECT_FALSE(memory.find(who, chat_named(2), at(6)));
  EXPECT_LE(memory.use().bytes, static_cast<std::int64_t>(3 * each));
  memory.keep(who, chat_named(5), path_to(3, 100'000), at(7));
  EXPECT_FALSE(memory.find(who, chat_named(5), at(8))) << "larger than all there is room for";
  EXPECT_TRUE(memory.find(who, chat_named(1), at(8)));
}

TEST(PathMemory, KeepsTenantsApart) {
  path_memory memory;
  memory.limit(1'000'000);
  memory.keep(testing::tenant_scope(tenant_id{uuid{{1}}}), chat_named(1), path_to(1), at(1));

  EXPECT_FALSE(memory.find(testing::tenant_scope(tenant_id{uuid{{2}}}), chat_named(1), at(1)));
}

TEST(PathMemory, ForgetsWhatNobodyUses) {
  path_memory memory;
  memory.limit(1'000'000);
  auto const who = testing::tenant_scope(tenant_id{uuid{{1}}});
  memory.keep(who, chat_named(1), path_to(1), at(1));
  memory.keep(who, chat_named(2), path_to(1), at(2));
  EXPECT_TRUE(memory.find(who, chat_named(1), at(10)));

  memory.forget_unused_since(at(5));

  EXPECT_EQ(memory.use().chats, 1);
  EXPECT_TRUE(memory.find(who, chat_named(1), at(11)));
  memory.forget_unused_since(at(100));
  EXPECT_EQ(memory.use().bytes, 0);
}

}  // namespace
}  // namespace sambung::path_memory_test
