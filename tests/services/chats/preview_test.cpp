// Previews: what is shown is what is sent, nothing is stored for it, and every block has its reason.
#include "support/desk.hpp"

#include <sambung/core/json_codec.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace sambung::preview_test {
namespace {

using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

std::string bytes_of(role who, std::vector<part> const& parts) {
  return std::string(boost::describe::enum_to_string(who, "")) + to_json_text(parts) + "\n";
}

std::string shown(context_report const& report) {
  std::string all;
  for (auto const& one : report.messages) all += bytes_of(one.role, one.parts);
  return all;
}

std::string sent(completion_request const& request) {
  std::string all;
  for (auto const& one : request.messages) all += bytes_of(one.who, one.parts);
  return all;
}

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

// C11. SAMBUNG_CONTEXT_CASES=10000 for the whole of it.
TEST(Preview, ShowsTheVeryBytesThatAreSent) {
  auto const* wanted = std::getenv("SAMBUNG_CONTEXT_CASES");
  int const cases = wanted ? std::atoi(wanted) : 60;
  desk_options options;
  options.context = token_budget_context(120);
  desk d(options);
  std::mt19937 random(11);
  auto const below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  auto const words = [&] {
    return std::string(static_cast<std::size_t>(1 + below(120)), 'a') + std::to_string(below(99));
  };
  auto const answer = [&] {
    testing::answer_script script;
    switch (below(5)) {
      case 0:
        return script.fail(failure(errc::provider_error, "refused"));
      case 1:
        return script.text(words()).fail(failure(errc::unavailable, "gone"));
      case 2:
        return script.reasoning(words()).finish();
      default:
        return script.text(words()).finish();
    }
  };
  for (int i = 0; i < cases; ++i) {
    sambung::new_chat from("Test", "scripted/model");
    if (below(2) == 0) from.system_prompt = words();
    auto const chat = sync_wait(d.chats().create(from));
    for (int turns = 1 + below(6); turns > 0; --turns) {
      auto const text = words();
      auto const report = sync_wait(d.chats().preview(chat.id, text));
      auto const stored = ask(d, chat.id, text, answer());
      ASSERT_EQ(shown(report), sent(d.model->requests().back()));
      if (below(4) > 0) continue;
      d.model->push(answer());
      auto again = sync_wait(d.chats().regenerate(stored.id));
      (void)sync_wait(again.answer());
    }
    sync_wait(d.chats().remove(chat.id));
  }
}

}  // namespace
}  // namespace sambung::preview_test
