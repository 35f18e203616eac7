// Previews: what is shown is what is sent, nothing is stored for it, and every block has its reason.
#include "support/desk.hpp"

#include <gtest/gtest.h>

namespace sambung::preview_test {
namespace {

using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

message ask(desk& d, chat_id chat, std::string text, testing::answer_script script) {
  d.model->push(std::move(script));
  auto turn = sync_wait(d.chats().send(chat, std::move(text)));
  return sync_wait(turn.answer());
}

TEST(Preview, TellsEachBlockAndWhy) {
  desk d;
  sambung::new_chat from("Test", "scripted/model");
  from.system_prompt = "Be brief.";
  auto const chat = sync_wait(d.chats().create(from));
  auto const answer = ask(d, chat.id, "one", say("1"));

  auto const report = sync_wait(d.chats().preview(chat.id, "two"));

  EXPECT_EQ(report.model, "scripted/model");
  ASSERT_EQ(report.blocks.size(), 4U);
  EXPECT_EQ(report.blocks[0].place, context_place::main);
  EXPECT_EQ(report.blocks[0].source.kind, "chat");
  EXPECT_EQ(report.blocks[0].reason, context_reason::always);
  EXPECT_EQ(report.blocks[2].source.id, to_string(answer.id));
  EXPECT_EQ(report.blocks[3].place, context_place::question);
  EXPECT_EQ(report.blocks[3].reason, context_reason::mandatory);
  ASSERT_EQ(report.messages.size(), 4U);
  std::int64_t tokens = 0;
  for (auto const& one : report.blocks) tokens += one.tokens;
  EXPECT_EQ(report.tokens, tokens);
}

TEST(Preview, SaysWhatOfTheHistoryDoesNotFit) {
  desk_options options;
  options.context = token_budget_context(30);
  desk d(options);
  auto const chat = d.new_chat();
  ask(d, chat.id, std::string(400, 'x'), say("1"));

  auto const report = sync_wait(d.chats().preview(chat.id, "two"));

  ASSERT_FALSE(report.blocks.empty());
  EXPECT_EQ(report.blocks.front().state, block_state::dropped);
  EXPECT_EQ(report.blocks.front().reason, context_reason::history_full);
}

TEST(Preview, StoresNothing) {
  desk d;
  auto const chat = d.new_chat();
  ask(d, chat.id, "one", say("1"));
  auto const before = sync_wait(d.chats().get(chat.id));

  (void)sync_wait(d.chats().preview(chat.id, "two"));

  auto const after = sync_wait(d.chats().get(chat.id));
  EXPECT_EQ(after.revision, before.revision);
  EXPECT_EQ(after.head_id, before.head_id);
  EXPECT_EQ(sync_wait(d.chats().messages(chat.id)).items.size(), 2U);
  EXPECT_EQ(d.model->requests().size(), 1U);
}

TEST(Preview, IsForTheChatsOwner) {
  desk d;
  auto const chat = d.new_chat();
  auto const answer = ask(d, chat.id, "one", say("1"));
  auto const eve = d.add_user("eve");

  EXPECT_EQ(code_of(d.chats_of(eve).preview(chat.id, "two")), errc::not_found);
  EXPECT_EQ(code_of(d.chats_of(eve).explain(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(d.chats().preview(chat.id, "")), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().explain(*answer.parent_id)), errc::invalid_argument);
}

TEST(Preview, ExplainsAnAnswerWithoutTexts) {
  desk d;
  auto const chat = d.new_chat();
  ask(d, chat.id, "one", say("1"));
  auto const shown_before = sync_wait(d.chats().preview(chat.id, "two"));
  auto const second = ask(d, chat.id, "two", say("2"));
  ask(d, chat.id, "three", say("3"));

  auto const report = sync_wait(d.chats().explain(second.id));

  EXPECT_TRUE(report.messages.empty());
  ASSERT_EQ(report.blocks.size(), shown_before.blocks.size());
  EXPECT_EQ(report.tokens, shown_before.tokens);
  EXPECT_EQ(report.blocks.back().source.id, to_string(*second.parent_id));
}

}  // namespace
}  // namespace sambung::preview_test
