// C11: what a preview shows of any chat is what is sent, and its report has everything that was considered.
// SAMBUNG_CONTEXT_CASES=10000 for the whole of it.
#include "services/templates/prompt_desk.hpp"

#include <sambung/core/json_codec.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>

namespace sambung::random_chats_test {
namespace {

using namespace prompt_desk;

template <class Messages>
std::string bytes_of(Messages const& messages) {
  std::string all;
  for (auto const& one : messages) {
    if constexpr (requires { one.who; }) all += boost::describe::enum_to_string(one.who, "");
    else all += boost::describe::enum_to_string(one.role, "");
    all += to_json_text(one.parts) + "\n";
  }
  return all;
}

bool holds(std::string const& all, std::string const& text) { return text.empty() || all.find(text) != all.npos; }

// Chats of one desk: the scripted model remembers every request, so that one desk for all of them would take ever
// longer.
class random_chats {
 public:
  random_chats(unsigned seed, int chats) : random_(seed), d_(with_room_for(120)) {
    keep({says(role::system)});
    keep({says(role::system), says(role::assistant), history(), says(role::system)});
    keep({says(role::system, 350)});
    asking_ = kept_.size();
    auto const asks = says(role::user);
    asked_by_prompt_ = asks.text;
    keep({says(role::system), history(), asks});
    for (; chats > 0 && !::testing::Test::HasFatalFailure(); --chats) one_chat();
  }

  int dropped() const { return dropped_; }
  int refused() const { return refused_; }

 private:
  static desk_options with_room_for(std::int64_t tokens) {
    desk_options options;
    options.context = token_budget_context(tokens);
    return options;
  }

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  // Found again wherever it stands: no two begin alike.
  std::string words(int most = 120) {
    return '[' + std::to_string(++said_) + ']' + std::string(static_cast<std::size_t>(1 + below(most)), 'a');
  }

  template_message says(role who, int most = 60) {
    template_message made;
    made.role = who;
    made.text = words(most);
    return made;
  }
  static template_message history() {
    template_message made;
    made.placeholder = "history";
    return made;
  }
  void keep(std::vector<template_message> messages) {
    prompt_content made;
    made.kind = prompt_kind::chat;
    made.messages = std::move(messages);
    auto const name = "prompt " + std::to_string(kept_.size());
    auto const templates = d_.engine->workspace(principal::trusted(d_.tenant, d_.user, member_role::owner)).templates();
    kept_.push_back(sync_wait(templates.create(prompt(name, std::move(made)))).prompt.id);
  }

  testing::answer_script answer() {
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
  }

  void one_chat() {
    sambung::new_chat from("Test", "scripted/model");
    if (below(2) == 0) from.system_prompt = words();
    auto const chat = sync_wait(d_.chats().create(from));
    system_prompt_ = from.system_prompt;
    if (below(3) == 0) {
      chat_setup_content setup;
      setup.prompt = prompt_use(kept_[static_cast<std::size_t>(below(static_cast<int>(asking_)))]);
      sync_wait(d_.chats().set_up(chat.id, setup, 0));
    }
    for (int turns = 1 + below(6); turns > 0 && !::testing::Test::HasFatalFailure(); --turns) one_turn(chat.id);
    sync_wait(d_.chats().remove(chat.id));
  }

  void one_turn(chat_id chat) {
    send_options how;
    std::vector<part> parts;
    if (below(4) == 0) how.prompt = prompt_use(kept_[static_cast<std::size_t>(below(std::ssize(kept_)))]);
    if (!how.prompt || how.prompt->id != kept_[asking_]) parts.push_back(text_part{words(), {}});
    if (!parts.empty() && below(12) == 0) parts.push_back(image_part{"https://example.com/a.png", {}});
    auto path = sync_wait(d_.chats().messages(chat)).items;
    std::ranges::reverse(path);
    auto const before = d_.model->requests().size();
    d_.model->push(answer());

    auto const report = sync_wait(as_result(d_.chats().preview(chat, parts, how)));
    auto turn = sync_wait(d_.chats().send(chat, parts, how));
    auto const stored = sync_wait(turn.answer());

    auto const requests = d_.model->requests();
    if (!report) {
      ++refused_;
      ASSERT_EQ(report.error().code, errc::payload_too_large);
      ASSERT_EQ(requests.size(), before) << "sent, though its preview was refused";
      return;
    }
    ASSERT_EQ(requests.size(), before + 1);
    ASSERT_EQ(bytes_of(report->messages), bytes_of(requests.back().messages));
    check(*report, path);
    if (below(4) == 0) go_another_way(stored, *stored.parent_id);
  }

  void go_another_way(message const& stored, message_id question) {
    d_.model->push(answer());
    auto again = sync_wait(below(2) == 0 ? d_.chats().regenerate(stored.id) : d_.chats().edit(question, words()));
    (void)sync_wait(again.answer());
  }

  void check(context_report const& report, std::vector<message> const& path) {
    auto const all = bytes_of(report.messages);
    EXPECT_TRUE(holds(all, system_prompt_));
    std::vector<reported_block> history;
    for (auto const& one : report.blocks) {
      if (one.place == context_place::history) history.push_back(one);
      if (one.state != block_state::included) continue;
      EXPECT_TRUE(one.reason == context_reason::always || one.reason == context_reason::mandatory);
    }
    ASSERT_FALSE(report.blocks.empty());
    EXPECT_EQ(report.blocks.back().place, context_place::question);
    check_history(history, path, all);
  }

  // It is the path's end, whole messages of it, and what is missing before it is behind one that says so.
  void check_history(std::vector<reported_block> const& history, std::vector<message> const& path,
                     std::string const& all) {
    ASSERT_LE(history.size(), path.size());
    auto const missing = path.size() - history.size();
    if (missing > 0) {
      ASSERT_FALSE(history.empty());
      EXPECT_EQ(history.front().state, block_state::dropped);
    }
    for (std::size_t i = 0; i < path.size(); ++i) {
      auto const text = text_of(path[i].parts);
      bool const in = i >= missing && history[i - missing].state == block_state::included;
      bool const often = text == asked_by_prompt_;  // it may stand there for another one
      EXPECT_TRUE(in ? holds(all, text) : text.empty() || often || !holds(all, text)) << text << '\n' << all;
      if (i < missing) continue;
      auto const& told = history[i - missing];
      EXPECT_EQ(told.source.id, to_string(path[i].id));
      if (in) continue;
      ++dropped_;
      EXPECT_EQ(told.state, block_state::dropped);
      EXPECT_EQ(told.reason, context_reason::history_full);
      EXPECT_TRUE(i == missing || history[i - missing - 1].state == block_state::dropped) << "a gap";
    }
  }

  std::mt19937 random_;
  desk d_;
  std::vector<prompt_template_id> kept_;  // the last one asks by itself
  std::size_t asking_ = 0;
  std::string asked_by_prompt_;
  std::string system_prompt_;
  int said_ = 0;
  int dropped_ = 0;
  int refused_ = 0;
};

TEST(RandomChats, AreSentAsTheyArePreviewedAndToldWhole) {
  constexpr int chats_of_a_desk = 20;
  auto const* wanted = std::getenv("SAMBUNG_CONTEXT_CASES");
  int const cases = wanted ? std::atoi(wanted) : 60;
  int dropped = 0, refused = 0;
  for (int done = 0; done < cases && !HasFailure(); done += chats_of_a_desk) {
    random_chats const some(static_cast<unsigned>(11 + done), std::min(chats_of_a_desk, cases - done));
    dropped += some.dropped();
    refused += some.refused();
  }

  EXPECT_GT(dropped, 0) << "nothing was ever too much";
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace sambung::random_chats_test
