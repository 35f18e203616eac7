// Chats and their trees of messages.
#include "support/people.hpp"

#include <sambung/records/idempotency_record.hpp>
#include <sambung/testing/gate.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace sambung::chats_test {
namespace {

using testing::answer_script;
using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

message ask(desk& d, chat_id chat, std::string text, std::string answer) {
  d.model->push(say(std::move(answer)));
  auto turn = sync_wait(d.chats().send(chat, std::move(text)));
  return sync_wait(turn.answer());
}

std::vector<std::string> texts(page<message> const& found) {
  std::vector<std::string> all;
  for (auto const& item : found.items) all.push_back(text_of(item.parts));
  return all;
}

std::vector<std::string> prompt(completion_request const& request) {
  std::vector<std::string> all;
  for (auto const& item : request.messages) all.push_back(text_of(item.parts));
  return all;
}

using strings = std::vector<std::string>;

TEST(Chats, StoreNothingOfASendWithWhatNoModelTakes) {
  desk d;
  auto const chat = d.new_chat().id;
  auto const refused = [&](std::optional<double> temperature, std::optional<double> top_p) {
    send_options how;
    how.temperature = temperature;
    how.top_p = top_p;
    auto const why = tests::failure_of(d.chats().send(chat, "hi", std::move(how)));
    return why.code == errc::invalid_argument ? why.issues.at(0).path : std::string();
  };

  for (double const wrong : {-1.0, 2.1, std::nan("")}) EXPECT_EQ(refused(wrong, std::nullopt), "temperature");
  for (double const wrong : {-0.1, 1.1}) EXPECT_EQ(refused(std::nullopt, wrong), "topP");
  EXPECT_TRUE(sync_wait(d.chats().messages(chat)).items.empty());
}

TEST(Chats, AreListedNewestFirstInPages) {
  desk d;
  std::vector<chat_id> made;
  for (int i = 0; i < 5; ++i) made.push_back(d.new_chat().id);

  auto const first = sync_wait(d.chats().list(page_request(3)));
  ASSERT_TRUE(first.next_cursor);
  auto const second = sync_wait(d.chats().list(page_request(3, first.next_cursor)));

  ASSERT_EQ(first.items.size(), 3U);
  EXPECT_EQ(first.items[0].id, made[4]);
  ASSERT_EQ(second.items.size(), 2U);
  EXPECT_EQ(second.items[1].id, made[0]);
  EXPECT_FALSE(second.next_cursor);
}

TEST(Chats, AreUpdatedOnlyFromTheRevisionThatWasSeen) {
  desk d;
  auto const chat = d.new_chat();

  auto const renamed = sync_wait(d.chats().rename(chat.id, "New name", chat.revision));

  EXPECT_EQ(renamed.title, "New name");
  EXPECT_EQ(renamed.revision, chat.revision + 1);
  EXPECT_EQ(code_of(d.chats().rename(chat.id, "Stale", chat.revision)), errc::conflict);
  EXPECT_EQ(sync_wait(d.chats().get(chat.id)).title, "New name");
}

TEST(Chats, ReportEveryFaultOfAnUpdate) {
  desk d;
  auto const chat = d.new_chat();
  chat_update changes;
  changes.title = std::string(300, 'x');
  changes.system_prompt = std::string("a\0b", 3);

  auto const outcome = sync_wait(as_result(d.chats().update(chat.id, changes, chat.revision)));

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, errc::invalid_argument);
  EXPECT_EQ(outcome.error().issues.size(), 2U);
}

TEST(Chats, RefuseAModelNobodyOffers) {
  desk d;

  EXPECT_EQ(code_of(d.chats().create("x", "nobody/model")), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().create("x", "noslash")), errc::invalid_argument);
}

TEST(Chats, AreMadeOnceForOneIdempotencyKey) {
  desk d;
  sambung::new_chat from("One", "scripted/model");
  from.idempotency_key = "k";

  auto const first = sync_wait(d.chats().create(from));
  auto const again = sync_wait(d.chats().create(from));

  EXPECT_EQ(first.id, again.id);
  from.title = "Two";
  EXPECT_EQ(code_of(d.chats().create(from)), errc::conflict);
}

TEST(Chats, AreMadeAnewOnceTheirIdempotencyKeyHasEnded) {
  desk_options options;
  auto const time = std::make_shared<testing::manual_clock>();
  options.clock = time;
  desk d(options);
  new_chat wanted("Once", "scripted/model");
  wanted.idempotency_key = "key";
  auto const first = sync_wait(d.chats().create(wanted));
  auto const keys = [&] { return d.all_in<idempotency_record>(d.tenant).size(); };

  time->advance(std::chrono::days(7) - std::chrono::milliseconds(1));
  EXPECT_EQ(sync_wait(d.chats().create(wanted)).id, first.id);
  time->advance(std::chrono::milliseconds(1));
  auto const second = sync_wait(d.chats().create(wanted));

  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(sync_wait(d.chats().create(wanted)).id, second.id);
  EXPECT_EQ(keys(), 1U);
  time->advance(std::chrono::days(7));
  EXPECT_TRUE(tests::eventually([&] {
    time->advance(std::chrono::minutes(1));
    return keys() == 0;
  }));
}

TEST(Chats, OfOthersAreNotFound) {
  desk d;
  auto const chat = d.new_chat();
  auto const answer = ask(d, chat.id, "hi", "hello");
  auto theirs = d.chats_of(d.add_user("bob"));

  EXPECT_EQ(code_of(theirs.get(chat.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.messages(chat.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.send(chat.id, "hi")), errc::not_found);
  EXPECT_EQ(code_of(theirs.remove(chat.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.rename(chat.id, "x", chat.revision)), errc::not_found);
  EXPECT_EQ(code_of(theirs.get_message(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.regenerate(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.resume(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.stop(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.edit(*answer.parent_id, "x")), errc::not_found);
  EXPECT_EQ(code_of(theirs.alternatives(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.continue_answer(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.newest_leaf(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(theirs.branches(chat.id)), errc::not_found);
  EXPECT_TRUE(sync_wait(theirs.list()).items.empty());
}

TEST(Chats, OfAnotherTenantAreNotFound) {
  desk_options options;
  desk d(options);
  auto const chat = d.new_chat();
  auto const globex = sync_wait(d.engine->tenants().create("globex"));

  auto same_user_elsewhere = d.engine->workspace(principal::trusted(globex.id, d.user, member_role::owner)).chats();

  EXPECT_EQ(code_of(same_user_elsewhere.get(chat.id)), errc::not_found);
  EXPECT_TRUE(sync_wait(same_user_elsewhere.list()).items.empty());
}

TEST(Chats, CannotBeChangedByAViewer) {
  desk d;
  auto const chat = d.new_chat();
  auto viewer = d.chats_of(d.user, member_role::viewer);

  EXPECT_EQ(code_of(viewer.get(chat.id)), std::nullopt);
  EXPECT_EQ(code_of(viewer.send(chat.id, "hi")), errc::permission_denied);
  EXPECT_EQ(code_of(viewer.remove(chat.id)), errc::permission_denied);
  EXPECT_EQ(code_of(viewer.create("x", "scripted/model")), errc::permission_denied);
}

TEST(Chats, GiveTheWholePathToTheModel) {
  desk d;
  sambung::new_chat from("Test", "scripted/model");
  from.system_prompt = "Be brief.";
  auto const chat = sync_wait(d.chats().create(from));
  ask(d, chat.id, "one", "1");
  ask(d, chat.id, "two", "2");

  EXPECT_EQ(prompt(d.model->requests().back()), (strings{"Be brief.", "one", "1", "two"}));
}

TEST(Chats, CutTheOldestMessagesAtTheTokenBudget) {
  desk_options options;
  options.context = token_budget_context(30);
  desk d(options);
  sambung::new_chat from("Test", "scripted/model");
  from.system_prompt = "Be brief.";
  auto const chat = sync_wait(d.chats().create(from));
  ask(d, chat.id, "a question of some length", "an answer of some length");

  ask(d, chat.id, "short", "ok");
  EXPECT_EQ(prompt(d.model->requests().back()),
            (strings{"Be brief.", "(The conversation goes on.)", "an answer of some length", "short"}));

  auto const huge = std::string(10'000, 'x');
  ask(d, chat.id, huge, "ok");
  EXPECT_EQ(prompt(d.model->requests().back()), (strings{"Be brief.", huge}));
}

TEST(Chats, PageThePathFromTheHeadToTheRoot) {
  desk d;
  auto const chat = d.new_chat();
  for (int i = 0; i < 4; ++i) ask(d, chat.id, "q" + std::to_string(i), "a" + std::to_string(i));

  auto const first = sync_wait(d.chats().messages(chat.id, page_request(3)));
  auto const second = sync_wait(d.chats().messages(chat.id, page_request(3, first.next_cursor)));
  auto const third = sync_wait(d.chats().messages(chat.id, page_request(3, second.next_cursor)));

  EXPECT_EQ(texts(first), (strings{"a3", "q3", "a2"}));
  EXPECT_EQ(texts(second), (strings{"q2", "a1", "q1"}));
  EXPECT_EQ(texts(third), (strings{"a0", "q0"}));
  EXPECT_FALSE(third.next_cursor);
}

TEST(Chats, PutAnotherAnswerBesideTheFirst) {
  desk d;
  auto const chat = d.new_chat();
  auto const first = ask(d, chat.id, "q", "first");
  d.model->push(say("second"));

  auto turn = sync_wait(d.chats().regenerate(first.id));
  auto const second = sync_wait(turn.answer());

  EXPECT_EQ(second.parent_id, first.parent_id);
  EXPECT_EQ(texts(sync_wait(d.chats().messages(chat.id))), (strings{"second", "q"}));
  auto const beside = sync_wait(d.chats().alternatives(first.id)).items;
  ASSERT_EQ(beside.size(), 2U);
  EXPECT_EQ(beside[0].id, first.id);

  auto const now = sync_wait(d.chats().get(chat.id));
  chat_update choose;
  choose.head_id = first.id;
  sync_wait(d.chats().update(chat.id, choose, now.revision));
  EXPECT_EQ(texts(sync_wait(d.chats().messages(chat.id))), (strings{"first", "q"}));
}

TEST(Chats, GoOnWithAnAnswerThatWasCutOff) {
  desk d;
  auto const chat = d.new_chat();
  auto const first = ask(d, chat.id, "Count.", "one, two, thr");
  d.model->push(say("ee, four"));

  auto turn = sync_wait(d.chats().continue_answer(first.id));
  auto const whole = sync_wait(turn.answer());

  EXPECT_EQ(text_of(whole.parts), "one, two, three, four");
  EXPECT_EQ(whole.parts.size(), 1U);
  EXPECT_EQ(whole.parent_id, first.parent_id);
  EXPECT_EQ(sync_wait(d.chats().get(chat.id)).head_id, whole.id);
  auto const read = prompt(d.model->requests().back());
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0], "Count.");
  EXPECT_EQ(read[1], "one, two, thr");
  auto const told = sync_wait(d.chats().explain(whole.id));
  EXPECT_EQ(std::ranges::count(told.blocks, to_string(first.id), [](auto const& one) { return one.source.id; }), 2);
  EXPECT_EQ(text_of(sync_wait(d.chats().get_message(first.id)).parts), "one, two, thr");

  EXPECT_EQ(code_of(d.chats().continue_answer(*first.parent_id)), errc::invalid_argument);
  auto const silent = ask(d, chat.id, "Say nothing.", "");
  EXPECT_EQ(code_of(d.chats().continue_answer(silent.id)), errc::invalid_argument);
}

TEST(Chats, TellWhereTheirTreeBranches) {
  desk d;
  auto const chat = d.new_chat();
  auto const first = ask(d, chat.id, "q0", "a0");
  d.model->push(say("another"));
  auto again = sync_wait(d.chats().regenerate(first.id));
  auto const second = sync_wait(again.answer());
  auto const below = ask(d, chat.id, "q1", "a1");
  d.model->push(say("edited"));
  auto edited = sync_wait(d.chats().edit(*below.parent_id, "q1, said otherwise"));
  auto const last = sync_wait(edited.answer());

  auto const all = sync_wait(d.chats().branches(chat.id));
  EXPECT_FALSE(all.more);
  ASSERT_EQ(all.items.size(), 2U);
  EXPECT_EQ(all.items[0].parent_id, first.parent_id);
  EXPECT_EQ(all.items[0].message_ids, (std::vector{first.id, second.id}));
  EXPECT_EQ(all.items[1].parent_id, second.id);
  EXPECT_EQ(all.items[1].message_ids, (std::vector{*below.parent_id, *last.parent_id}));

  auto const upper = sync_wait(d.chats().branches(chat.id, 0, first.depth));
  ASSERT_EQ(upper.items.size(), 1U);
  EXPECT_EQ(upper.items[0].parent_id, first.parent_id);

  EXPECT_EQ(sync_wait(d.chats().newest_leaf(second.id)).id, last.id);
  EXPECT_EQ(sync_wait(d.chats().newest_leaf(*below.parent_id)).id, below.id);
  EXPECT_EQ(sync_wait(d.chats().newest_leaf(first.id)).id, first.id) << "what is below its sibling is not below it";
}

TEST(Chats, PutAnEditedQuestionBesideTheFirst) {
  desk d;
  auto const chat = d.new_chat();
  auto const old = ask(d, chat.id, "q", "a");
  ask(d, chat.id, "more", "b");
  d.model->push(say("new answer"));

  auto turn = sync_wait(d.chats().edit(*old.parent_id, "better q"));
  sync_wait(turn.answer());

  EXPECT_EQ(texts(sync_wait(d.chats().messages(chat.id))), (strings{"new answer", "better q"}));
  EXPECT_EQ(prompt(d.model->requests().back()), (strings{"better q"}));
  EXPECT_EQ(texts(sync_wait(d.chats().messages(chat.id, page_request(), old.id))), (strings{"a", "q"}));
}

TEST(Chats, FindThePathAmongManyAlternatives) {
  desk d;
  auto const chat = d.new_chat();
  auto const first = ask(d, chat.id, "q", "a");
  for (int i = 0; i < 40; ++i) {
    d.model->push(say("alternative"));
    auto turn = sync_wait(d.chats().regenerate(first.id));
    sync_wait(turn.answer());
  }
  auto const now = sync_wait(d.chats().get(chat.id));
  chat_update choose;
  choose.head_id = first.id;
  sync_wait(d.chats().update(chat.id, choose, now.revision));

  ask(d, chat.id, "next", "b");

  EXPECT_EQ(prompt(d.model->requests().back()), (strings{"q", "a", "next"}));
  EXPECT_EQ(texts(sync_wait(d.chats().messages(chat.id, page_request(2)))), (strings{"b", "next"}));
}

TEST(Chats, DisappearWithEverythingInThem) {
  desk d;
  auto const chat = d.new_chat();
  testing::gate never;
  auto const answer = ask(d, chat.id, "q", "a");
  d.model->push(answer_script().text("x").wait(never).finish());
  auto turn = sync_wait(d.chats().send(chat.id, "still running"));
  tests::read_first_text(turn);

  sync_wait(d.chats().remove(chat.id));

  EXPECT_EQ(code_of(d.chats().get(chat.id)), errc::not_found);
  EXPECT_EQ(code_of(d.chats().get_message(answer.id)), errc::not_found);
  EXPECT_EQ(code_of(d.chats().get_message(turn.message_id())), errc::not_found);
  EXPECT_EQ(code_of(d.chats().remove(chat.id)), errc::not_found);
  EXPECT_EQ(d.model->abandoned(), 1U);
}

TEST(Chats, AreFoundByTheWordsOfTheirTitle) {
  desk d;
  sync_wait(d.chats().create("Holiday in Ipoh", "scripted/model"));
  sync_wait(d.chats().create("Tax return", "scripted/model"));

  EXPECT_EQ(sync_wait(d.chats().search("ipoh holiday")).items.size(), 1U);
  EXPECT_TRUE(sync_wait(d.chats().search("ipoh tax")).items.empty());
  EXPECT_TRUE(sync_wait(d.chats_of(d.add_user("bob")).search("ipoh")).items.empty());
}

TEST(Chats, RefuseMessagesThatAreNoQuestion) {
  desk d;
  auto const chat = d.new_chat();
  std::vector<part> call;
  call.push_back(tool_call_part{"id", "name", "{}", {}});

  EXPECT_EQ(code_of(d.chats().send(chat.id, "")), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().send(chat.id, std::vector<part>())), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().send(chat.id, call)), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().send(chat.id, std::string(1'048'577, 'x'))), errc::payload_too_large);
  auto const nul = sync_wait(as_result(d.chats().send(chat.id, std::string("a\0b", 3))));
  EXPECT_EQ(nul.error().issues.at(0), (issue{"parts[0].text", "must not contain a NUL character"}));
  EXPECT_TRUE(sync_wait(d.chats().messages(chat.id)).items.empty());
}

TEST(Chats, RefusePicturesAndFilesThatNobodyCouldFetch) {
  desk d;
  auto const chat = d.new_chat();

  for (std::string const url :
       {"holiday.jpg", "/home/ada/holiday.jpg", "file:///etc/passwd", "javascript:alert(1)", "https"}) {
    std::vector<part> const picture{text_part{"look", {}}, image_part{url, {}}};
    std::vector<part> const file{file_part{"a", "text/plain", url, {}}};
    auto const refused = sync_wait(as_result(d.chats().send(chat.id, picture)));
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().issues.at(0), (issue{"parts[1].url", "must be an https:, http: or data: URL"}));
    EXPECT_EQ(code_of(d.chats().send(chat.id, file)), errc::invalid_argument) << url;
  }
  for (std::string const url :
       {"https://example.com/a.png", "HTTP://example.com/a.png", "data:image/png;base64,AA=="}) {
    std::vector<part> const picture{image_part{url, {}}};
    EXPECT_EQ(code_of(d.chats().preview(chat.id, picture)), std::nullopt) << url;
  }
}

TEST(Chats, KeepAnswersLongerThanAnInputMayBe) {
  desk d;
  auto const chat = d.new_chat();
  auto const long_text = std::string(300'000, 'y');

  auto const answer = ask(d, chat.id, "q", long_text);

  EXPECT_EQ(text_of(sync_wait(d.chats().get_message(answer.id)).parts), long_text);
}

constexpr std::size_t large = 600'000;

TEST(Chats, EndAPageOfLargeMessagesEarly) {
  desk d;
  auto const chat = d.new_chat();
  for (int i = 0; i < 3; ++i) ask(d, chat.id, std::string(large, 'q'), "a");

  std::vector<std::size_t> sizes;
  page_request which(max_page_size);
  do {
    auto const found = sync_wait(d.chats().messages(chat.id, which));
    sizes.push_back(found.items.size());
    which.cursor = found.next_cursor;
  } while (which.cursor);

  EXPECT_EQ(sizes, (std::vector<std::size_t>{4, 2}));
}

TEST(Chats, GiveLargeAlternativesInPages) {
  desk d;
  auto const chat = d.new_chat();
  std::vector<message_id> made{ask(d, chat.id, "q", std::string(large, 'a')).id};
  for (int i = 0; i < 4; ++i) {
    d.model->push(say(std::string(large, 'b')));
    auto turn = sync_wait(d.chats().regenerate(made.front()));
    made.push_back(sync_wait(turn.answer()).id);
  }

  std::vector<message_id> read;
  page_request which(max_page_size);
  do {
    auto const found = sync_wait(d.chats().alternatives(made.back(), which));
    EXPECT_LE(found.items.size(), 2U);
    for (auto const& one : found.items) read.push_back(one.id);
    which.cursor = found.next_cursor;
  } while (which.cursor);

  EXPECT_EQ(read, made);
}

TEST(Chats, FindTheWayUpBesideManyLargeAlternatives) {
  desk d;
  auto const chat = d.new_chat();
  auto const first = ask(d, chat.id, "q0", "a0");
  for (int i = 0; i < 5; ++i) {
    d.model->push(say(std::string(large, 'b')));
    auto turn = sync_wait(d.chats().regenerate(first.id));
    sync_wait(turn.answer());
  }
  auto const now = sync_wait(d.chats().get(chat.id));
  chat_update choose;
  choose.head_id = first.id;
  sync_wait(d.chats().update(chat.id, choose, now.revision));
  ask(d, chat.id, "q1", "a1");

  EXPECT_EQ(texts(sync_wait(d.chats().messages(chat.id))), (strings{"a1", "q1", "a0", "q0"}));
  EXPECT_EQ(prompt(d.model->requests().back()), (strings{"q0", "a0", "q1"}));
}

}  // namespace
}  // namespace sambung::chats_test
