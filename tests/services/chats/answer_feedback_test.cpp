// What users think of answers, and what that says of the prompts that they were made with.
#include "services/templates/prompt_desk.hpp"

#include <future>

namespace sambung::answer_feedback_test {
namespace {

using namespace prompt_desk;
using tests::say;

class AnswerFeedback : public prompt_test {
 protected:
  message ask(chat_id in, std::string said, send_options how = send_options()) {
    d.model->push(say("Selamat pagi"));
    auto reader = sync_wait(d.chats().send(in, std::move(said), std::move(how)));
    return sync_wait(reader.answer());
  }
  message ask_by(prompt_template_id id) {
    send_options how;
    how.prompt = prompt_use(id);
    return ask(d.new_chat().id, "", how);
  }
  prompt_usage used(prompt_template_id id) { return sync_wait(ada().usage(id)).items.at(0); }
};

TEST_F(AnswerFeedback, IsOneOfEachAnswerAndMayChange) {
  auto const answer = ask(d.new_chat().id, "hello");
  EXPECT_FALSE(sync_wait(d.chats().own_feedback(answer.id)));

  auto const first = sync_wait(d.chats().give_feedback(answer.id, 1, "to the point"));
  auto const second = sync_wait(d.chats().give_feedback(answer.id, -1));

  EXPECT_EQ(first.reason, "to the point");
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.revision, 2);
  EXPECT_EQ(second.reason, "");
  EXPECT_EQ(sync_wait(d.chats().own_feedback(answer.id))->value, -1);
  sync_wait(d.chats().remove_feedback(answer.id));
  sync_wait(d.chats().remove_feedback(answer.id));
  EXPECT_FALSE(sync_wait(d.chats().own_feedback(answer.id)));
}

TEST_F(AnswerFeedback, IsForAnswersInOnesOwnChats) {
  auto const answer = ask(d.new_chat().id, "hello");

  EXPECT_EQ(code_of(d.chats_of(ben_).give_feedback(answer.id, 1)), errc::not_found);
  EXPECT_EQ(code_of(d.chats_of(ben_).own_feedback(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(d.chats_of(ben_).remove_feedback(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(d.chats().give_feedback(*answer.parent_id, 1)), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().give_feedback(answer.id, 0)), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().give_feedback(answer.id, 1, std::string(1'001, 'x'))), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats_of(d.user, member_role::viewer).give_feedback(answer.id, 1)), errc::permission_denied);
  EXPECT_TRUE(d.all_in<feedback>(d.tenant).empty());
}

TEST_F(AnswerFeedback, GoesWithItsChat) {
  auto const chat = d.new_chat();
  auto const answer = ask(chat.id, "hello");
  sync_wait(d.chats().give_feedback(answer.id, 1));

  sync_wait(d.chats().remove(chat.id));

  EXPECT_TRUE(d.all_in<feedback>(d.tenant).empty());
  EXPECT_EQ(code_of(d.chats().give_feedback(answer.id, 1)), errc::not_found);
}

TEST_F(AnswerFeedback, IsSummedByTheVersionThatWasSent) {
  auto const one = keep(prompt("one", text("Greet.")));
  auto const first = ask_by(one.prompt.id);
  auto const second = ask_by(one.prompt.id);
  sync_wait(ada().update(one.prompt.id, content_update(text("Greet warmly.")), 1));
  auto const third = ask_by(one.prompt.id);
  sync_wait(d.chats().give_feedback(ask(d.new_chat().id, "hello").id, 1));

  sync_wait(d.chats().give_feedback(first.id, 1));
  sync_wait(d.chats().give_feedback(first.id, 1, "again"));
  sync_wait(d.chats().give_feedback(second.id, 1));
  sync_wait(d.chats().give_feedback(second.id, -1));
  sync_wait(d.chats().give_feedback(third.id, -1));
  sync_wait(d.chats().remove_feedback(third.id));

  auto const sums = sync_wait(ada().usage(one.prompt.id)).items;
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums[0].number, 2);
  EXPECT_EQ(sums[0].sends, 1);
  EXPECT_EQ(sums[0].liked, 0);
  EXPECT_EQ(sums[0].disliked, 0);
  EXPECT_EQ(sums[1].number, 1);
  EXPECT_EQ(sums[1].sends, 2);
  EXPECT_EQ(sums[1].answers, 2);
  EXPECT_EQ(sums[1].liked, 1);
  EXPECT_EQ(sums[1].disliked, 1);
}

TEST_F(AnswerFeedback, CountsOnceHoweverManySayItAtOnce) {
  auto const one = keep(prompt("one", text("Greet.")));
  auto const answer = ask_by(one.prompt.id);

  std::vector<std::future<void>> all;
  for (int i = 0; i < 8; ++i)
    all.push_back(
        std::async(std::launch::async, [&, i] { sync_wait(d.chats().give_feedback(answer.id, i % 2 == 0 ? 1 : -1)); }));
  for (auto& each : all) each.get();

  auto const sums = used(one.prompt.id);
  auto const opinion = sync_wait(d.chats().own_feedback(answer.id))->value;
  EXPECT_EQ(sums.liked, opinion == 1 ? 1 : 0);
  EXPECT_EQ(sums.disliked, opinion == 1 ? 0 : 1);
}

TEST_F(AnswerFeedback, OfAnAnswerThatStillStreamsCountsToo) {
  auto const one = keep(prompt("one", text("Greet.")));
  testing::gate more;
  d.model->push(testing::answer_script().text("Selamat").wait(more).text(" pagi").finish());
  send_options how;
  how.prompt = prompt_use(one.prompt.id);
  auto reader = sync_wait(d.chats().send(d.new_chat().id, "", how));

  sync_wait(d.chats().give_feedback(reader.message_id(), 1));
  more.open();
  sync_wait(reader.answer());

  EXPECT_EQ(used(one.prompt.id).liked, 1);
  EXPECT_EQ(used(one.prompt.id).sends, 1);
  sync_wait(d.chats().remove_feedback(reader.message_id()));
  EXPECT_EQ(used(one.prompt.id).liked, 0);
}

TEST_F(AnswerFeedback, OfARemovedPromptCountsNowhere) {
  auto const one = keep(prompt("one", text("Greet.")));
  auto const answer = ask_by(one.prompt.id);
  sync_wait(ada().remove(one.prompt.id));

  sync_wait(d.chats().give_feedback(answer.id, 1));

  EXPECT_TRUE(d.all_in<prompt_usage>(d.tenant).empty());
}

TEST_F(AnswerFeedback, IsShownToWhoKeepsThePrompt) {
  auto const shared = sync_wait(ada().create(prompt("shared", text("Greet."), visibility::tenant)));
  auto const mine = keep(prompt("mine", text("Greet.")));
  ask_by(shared.prompt.id);

  EXPECT_EQ(sync_wait(ada().usage(shared.prompt.id)).items.size(), 1U);
  EXPECT_EQ(sync_wait(manager().usage(shared.prompt.id)).items.size(), 1U);
  EXPECT_EQ(code_of(ben().usage(shared.prompt.id)), errc::permission_denied);
  EXPECT_EQ(code_of(manager().usage(mine.prompt.id)), errc::not_found);
  EXPECT_TRUE(sync_wait(ada().usage(mine.prompt.id)).items.empty());
}

TEST_F(AnswerFeedback, ComesInPagesOfVersions) {
  auto const one = keep(prompt("one", text("v1")));
  ask_by(one.prompt.id);
  for (int version = 2; version <= 5; ++version) {
    auto content = text("v" + std::to_string(version));
    sync_wait(ada().update(one.prompt.id, content_update(std::move(content)), version - 1));
    ask_by(one.prompt.id);
  }

  std::vector<std::int64_t> numbers;
  page_request which(2);
  do {
    auto const found = sync_wait(ada().usage(one.prompt.id, which));
    for (auto const& each : found.items) numbers.push_back(each.number);
    which.cursor = found.next_cursor;
  } while (which.cursor);

  EXPECT_EQ(numbers, (std::vector<std::int64_t>{5, 4, 3, 2, 1}));
}

}  // namespace
}  // namespace sambung::answer_feedback_test
