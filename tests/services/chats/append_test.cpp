// Messages that are stored without a call of a model.
#include "support/people.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sambung::append_test {

using namespace sambung::tests;

namespace {

appended_message user_says(std::string text) { return appended_message(role::user, std::move(text)); }
appended_message model_said(std::string text) { return appended_message(role::assistant, std::move(text)); }

class Append : public ::testing::Test {
 protected:
  std::vector<message> append(chat_id to, std::vector<appended_message> all, append_options how = append_options()) {
    return sync_wait(d.chats().append(to, std::move(all), std::move(how)));
  }
  failure refusal(chat_id to, std::vector<appended_message> all, append_options how = append_options()) {
    return failure_of(d.chats().append(to, std::move(all), std::move(how)));
  }
  std::vector<std::string> texts(chat_id of) {
    auto const found = sync_wait(d.chats().messages(of));
    std::vector<std::string> oldest_first;
    for (auto const& one : found.items) oldest_first.push_back(text_of(one.parts));
    std::ranges::reverse(oldest_first);
    return oldest_first;
  }

  desk d;
  chat_id home = d.new_chat().id;
};

using strings = std::vector<std::string>;

}  // namespace

TEST_F(Append, StoresMessagesOneBehindTheOther) {
  auto const made = append(home, {user_says("Apa khabar?"), model_said("Khabar baik.")});

  ASSERT_EQ(made.size(), 2U);
  EXPECT_FALSE(made[0].parent_id);
  EXPECT_EQ(made[1].parent_id, made[0].id);
  EXPECT_EQ(made[1].depth, 1);
  EXPECT_EQ(made[1].state, message_state::complete);
  EXPECT_EQ(texts(home), (strings{"Apa khabar?", "Khabar baik."}));
  auto const now = sync_wait(d.chats().get(home));
  EXPECT_EQ(now.head_id, made[1].id);
  EXPECT_EQ(now.revision, 2);
}

TEST_F(Append, IsWhatTheNextTurnReads) {
  append(home, {user_says("My name is Ada."), model_said("Hello Ada.")});
  d.model->push(say("Ada."));

  auto sent = sync_wait(d.chats().send(home, "What is my name?"));
  sync_wait(sent.answer());

  auto const asked = d.model->requests().back().messages;
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(text_of(asked[0].parts), "My name is Ada.");
  EXPECT_EQ(asked[1].who, role::assistant);
  EXPECT_EQ(texts(home), (strings{"My name is Ada.", "Hello Ada.", "What is my name?", "Ada."}));
}

TEST_F(Append, StandsBehindTheTurnBefore) {
  d.model->push(say("first"));
  auto sent = sync_wait(d.chats().send(home, "one"));
  auto const answer = sync_wait(sent.answer());

  auto const made = append(home, {user_says("two")});

  EXPECT_EQ(made[0].parent_id, answer.id);
  d.model->push(say("third"));
  auto next = sync_wait(d.chats().send(home, "three"));
  sync_wait(next.answer());
  EXPECT_EQ(texts(home), (strings{"one", "first", "two", "three", "third"}));
}

TEST_F(Append, MayStandBehindAnotherMessageThanTheHead) {
  auto const made = append(home, {user_says("one"), model_said("two"), user_says("three")});
  append_options how;
  how.leaf_id = made[0].id;

  auto const beside = append(home, {model_said("another two")}, how);

  EXPECT_EQ(beside[0].parent_id, made[0].id);
  EXPECT_EQ(texts(home), (strings{"one", "another two"}));
  EXPECT_EQ(sync_wait(d.chats().alternatives(made[1].id)).items.size(), 2U);
}

TEST_F(Append, IsFoundByItsWords) {
  auto const made = append(home, {user_says("A riddle about otters"), model_said("What swims on its back?")});

  auto const at = d.as(d.user);
  auto const hits = sync_wait(at.search().query(search_request("otters"))).items;

  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].message_id, made[0].id);
  EXPECT_EQ(sync_wait(d.chats().search("swims")).items.size(), 1U);
}

TEST_F(Append, KeepsCallsWithTheirResults) {
  std::vector<part> parts;
  parts.push_back(tool_call_part{"call-1", "weather", R"({"city":"Ipoh"})", {}});
  parts.push_back(tool_result_part{"call-1", "rain", {}, false});
  parts.push_back(text_part{"It rains in Ipoh.", {}});

  append(home, {user_says("The weather in Ipoh?"), appended_message(role::assistant, parts)});
  d.model->push(say("Take it."));
  auto sent = sync_wait(d.chats().send(home, "An umbrella?"));
  sync_wait(sent.answer());

  auto const asked = d.model->requests().back().messages;
  auto const results = std::ranges::find(asked, role::tool, &prompt_message::who);
  ASSERT_NE(results, asked.end());
  EXPECT_EQ(std::get<tool_result_part>(results->parts.front()).text, "rain");
}

TEST_F(Append, MakesAnswersThatCanBeReadAsTurns) {
  auto const made = append(home, {user_says("one"), model_said("two")});

  auto reader = sync_wait(d.chats().resume(made[1].id));
  auto const got = read_all(reader);

  EXPECT_EQ(got.text, "two");
  ASSERT_TRUE(got.end);
  EXPECT_EQ(got.end->state, message_state::complete);
}

TEST_F(Append, RepeatsNothingUnderTheSameKey) {
  append_options how;
  how.idempotency_key = "import-1";
  std::vector<appended_message> const all{user_says("one"), model_said("two")};

  auto const first = append(home, all, how);
  auto const again = append(home, all, how);

  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].id, first[0].id);
  EXPECT_EQ(again[1].id, first[1].id);
  EXPECT_EQ(texts(home), (strings{"one", "two"}));
  EXPECT_EQ(refusal(home, {user_says("something else")}, how).code, errc::conflict);
}

TEST_F(Append, DoesNotCutIntoATurn) {
  testing::gate more;
  d.model->push(testing::answer_script().text("Hel").wait(more).text("lo").finish());
  auto sent = sync_wait(d.chats().send(home, "hi"));

  EXPECT_EQ(refusal(home, {user_says("and")}).code, errc::conflict);
  more.open();
  sync_wait(sent.answer());

  EXPECT_EQ(texts(home), (strings{"hi", "Hello"}));
}

TEST_F(Append, KeepsOrderWhereManyAppendAtOnce) {
  auto const outcomes = at_once(4, [&](std::size_t i) {
    std::vector<appended_message> pair{user_says("ask " + std::to_string(i)), model_said("say " + std::to_string(i))};
    return d.chats().append(home, std::move(pair));
  });

  auto const done =
      static_cast<std::size_t>(std::ranges::count_if(outcomes, [](auto const& o) { return o.has_value(); }));
  auto const all = texts(home);
  EXPECT_GE(done, 1U);
  ASSERT_EQ(all.size(), 2 * done);
  for (std::size_t i = 0; i < all.size(); i += 2) EXPECT_EQ(all[i].back(), all[i + 1].back());
}

TEST_F(Append, TellsEveryFault) {
  auto with_data = model_said("signed");
  with_data.parts.front() = text_part{"signed", boost::json::object{{"signature", "x"}}};
  std::vector<part> call{tool_call_part{"1", "weather", "{}", {}}};
  std::vector<part> result{tool_result_part{"1", "rain", {}, false}};

  auto const why =
      refusal(home, {user_says(""), appended_message(role::user, call), appended_message(role::tool, result),
                     appended_message(role::assistant, std::vector<part>()), with_data});

  EXPECT_EQ(why.code, errc::invalid_argument);
  strings paths;
  for (auto const& one : why.issues) paths.push_back(one.path);
  EXPECT_EQ(paths, (strings{"messages[0].parts[0].text", "messages[1].parts[0].type", "messages[2].role",
                            "messages[3].parts", "messages[4].parts[0].providerData"}));
  EXPECT_EQ(refusal(home, {}).code, errc::invalid_argument);
  EXPECT_EQ(refusal(home, {user_says(std::string("a\0b", 3))}).issues.at(0).path, "messages[0].parts[0].text");
  EXPECT_EQ(refusal(home, std::vector<appended_message>(1'001, user_says("a"))).code, errc::invalid_argument);
  EXPECT_EQ(refusal(home, {user_says(std::string(1'048'577, 'a'))}).code, errc::payload_too_large);
  EXPECT_EQ(refusal(home, std::vector<appended_message>(17, user_says(std::string(1'000'000, 'a')))).code,
            errc::payload_too_large);
  EXPECT_TRUE(texts(home).empty());
}

TEST_F(Append, IsForOnesOwnChats) {
  auto const made = append(home, {user_says("mine")});
  auto const other = d.add_user("eve");
  auto const theirs = sync_wait(d.chats_of(other).create("Theirs", "scripted/model"));
  append_options foreign_leaf;
  foreign_leaf.leaf_id = made[0].id;

  EXPECT_EQ(failure_of(d.chats_of(other).append(home, {user_says("hi")})).code, errc::not_found);
  EXPECT_EQ(failure_of(d.chats_of(other).append(theirs.id, {user_says("hi")}, foreign_leaf)).code, errc::not_found);
  auto const second = d.new_chat();
  EXPECT_EQ(refusal(second.id, {user_says("hi")}, foreign_leaf).code, errc::not_found);
  EXPECT_EQ(failure_of(d.chats_of(d.user, member_role::viewer).append(home, {user_says("hi")})).code,
            errc::permission_denied);
}

}  // namespace sambung::append_test
