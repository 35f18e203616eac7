// How turns count tokens: by the engine's counter, which learns from vendors and may be the application's own.
#include "support/desk.hpp"

#include <gtest/gtest.h>

#include <mutex>

namespace sambung::token_counting_test {
namespace {

using tests::desk;
using tests::desk_options;
using tests::say;

struct lesson {
  std::string model;
  std::int64_t estimated;
  std::int64_t reported;
};

// Every text is as long as it is told, and what it is taught is written down.
struct scripted_counter final : token_counter {
  std::int64_t count(std::string_view, std::string_view) override { return each; }
  void learn(std::string_view model, std::int64_t estimated, std::int64_t reported) override {
    std::lock_guard lock(mutex);
    lessons.push_back({std::string(model), estimated, reported});
  }
  std::vector<lesson> taught() {
    std::lock_guard lock(mutex);
    return lessons;
  }

  std::int64_t each = 10;
  std::mutex mutex;
  std::vector<lesson> lessons;
};

struct throwing_counter final : token_counter {
  std::int64_t count(std::string_view, std::string_view) override { throw 42; }
  void learn(std::string_view, std::int64_t, std::int64_t) override { throw std::runtime_error("no lessons"); }
};

struct listening final : observer {
  void failed(failed_part const& what) override {
    std::lock_guard lock(mutex);
    if (what.part == engine_part::context) heard.push_back(what);
  }
  std::vector<failed_part> told() {
    std::lock_guard lock(mutex);
    return heard;
  }
  std::mutex mutex;
  std::vector<failed_part> heard;
};

void ask(desk& d, chat_id chat, std::string text, testing::answer_script script) {
  d.model->push(std::move(script));
  auto turn = sync_wait(d.chats().send(chat, std::move(text)));
  ASSERT_EQ(sync_wait(turn.answer()).state, message_state::complete);
}

testing::answer_script say_with_usage(std::string text, std::int64_t input_tokens) {
  return testing::answer_script().text(std::move(text)).usage(input_tokens, 1).finish();
}

TEST(TokenCounting, TeachesWhatTheVendorReportedOfEachCall) {
  auto const counter = std::make_shared<scripted_counter>();
  desk_options options;
  options.tokens = counter;
  desk d(options);
  auto const chat = d.new_chat();

  ask(d, chat.id, std::string(396, 'x'), say_with_usage("1", 90));
  ask(d, chat.id, "two", say("2"));  // nothing reported, nothing learnt

  auto const taught = counter->taught();
  ASSERT_EQ(taught.size(), 1U);
  EXPECT_EQ(taught[0].model, "scripted/model");
  EXPECT_EQ(taught[0].estimated, 99 + tokens_per_message);
  EXPECT_EQ(taught[0].reported, 90);
}

TEST(TokenCounting, LearnsNothingFromAPromptWithMedia) {
  auto const counter = std::make_shared<scripted_counter>();
  desk_options options;
  options.tokens = counter;
  desk d(options);
  std::vector<part> parts;
  parts.push_back(image_part{"https://example.com/a.png", {}});
  d.model->push(say_with_usage("1", 900));

  auto turn = sync_wait(d.chats().send(d.new_chat().id, std::move(parts)));
  (void)sync_wait(turn.answer());

  EXPECT_TRUE(counter->taught().empty());
}

TEST(TokenCounting, DecidesWhatOfAChatFits) {
  auto const counter = std::make_shared<scripted_counter>();
  desk_options options;
  options.tokens = counter;
  options.context = token_budget_context(3 * (10 + tokens_per_message));
  desk d(options);
  auto const chat = d.new_chat();
  ask(d, chat.id, "one", say("1"));
  ask(d, chat.id, "two", say("2"));

  ask(d, chat.id, "three", say("3"));

  auto const asked = d.model->requests().back();
  EXPECT_EQ(text_of(asked.messages.back().parts), "three");
  std::string all;
  for (auto const& one : asked.messages) all += text_of(one.parts) + ' ';
  EXPECT_NE(all.find("two"), all.npos);
  EXPECT_EQ(all.find("one"), all.npos);
}

TEST(TokenCounting, GoesOnByTheEstimateWhenTheCounterThrows) {
  auto const ears = std::make_shared<listening>();
  desk_options options;
  options.tokens = std::make_shared<throwing_counter>();
  options.observer = ears;
  desk d(options);

  ask(d, d.new_chat().id, std::string(400, 'x'), say_with_usage("1", 90));

  auto const told = ears->told();
  ASSERT_EQ(told.size(), 1U) << "told once, not of every message";
  EXPECT_EQ(told[0].name, "scripted/model");
  EXPECT_EQ(told[0].why.sensitive, "int");
}

TEST(TokenCounting, TakesNoNegativeCount) {
  auto const counter = std::make_shared<scripted_counter>();
  counter->each = std::numeric_limits<std::int64_t>::min();
  desk_options options;
  options.tokens = counter;
  options.context = token_budget_context(20);
  desk d(options);
  auto const chat = d.new_chat();
  ask(d, chat.id, std::string(400, 'x'), say("1"));

  ask(d, chat.id, "two", say("2"));

  auto const asked = d.model->requests().back();
  EXPECT_LE(asked.messages.size(), 3U);
  EXPECT_EQ(text_of(asked.messages.back().parts), "two");
}

}  // namespace
}  // namespace sambung::token_counting_test
