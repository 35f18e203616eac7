#include <sambung/provider/demo.hpp>

#include <gtest/gtest.h>

namespace sambung::demo_test {
namespace {

// Never waits, and notes how long it was asked to.
class instant_clock final : public clock {
 public:
  timestamp now() const override { return timestamp(); }
  task<void> sleep(std::chrono::milliseconds time) override {
    slept += time;
    co_return;
  }
  std::chrono::milliseconds slept{0};
};

completion_request ask(std::string text) {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, std::move(text));
  return completion_request("demo", std::move(messages));
}

TEST(Demo, SaysThatItIsADemo) {
  auto const p = demo_provider(std::make_shared<instant_clock>());
  auto const answer = sync_wait(p->complete(ask("Apa khabar?")));

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->model, "demo");
  EXPECT_NE(text_of(answer->parts).find("demo"), std::string::npos);
  EXPECT_NE(text_of(answer->parts).find("Apa khabar?"), std::string::npos);
  EXPECT_EQ(answer->usage->input_tokens, 2);
  EXPECT_GT(answer->usage->output_tokens, 2);
  EXPECT_EQ(answer->reason, finish_reason::stop);
}

TEST(Demo, AnswersTheSameToTheSame) {
  auto const p = demo_provider(std::make_shared<instant_clock>());

  EXPECT_EQ(text_of(sync_wait(p->complete(ask("x")))->parts), text_of(sync_wait(p->complete(ask("x")))->parts));
}

TEST(Demo, SpeaksWordByWordOnTheClock) {
  auto const time = std::make_shared<instant_clock>();
  demo_options options;
  options.delay = std::chrono::milliseconds(7);
  auto const answer = sync_wait(demo_provider(time, options)->complete(ask("x")));

  EXPECT_EQ(time->slept.count(), 7 * (answer->usage->output_tokens - 1));
}

TEST(Demo, HonoursMaxTokens) {
  auto const p = demo_provider(std::make_shared<instant_clock>());
  auto request = ask("x");
  request.max_tokens = 3;
  auto const answer = sync_wait(p->complete(std::move(request)));

  EXPECT_EQ(text_of(answer->parts), "This is a");
  EXPECT_EQ(answer->reason, finish_reason::length);
}

TEST(Demo, HasOneModel) {
  auto const p = demo_provider(std::make_shared<instant_clock>());
  auto request = ask("x");
  request.model = "gpt-5";

  EXPECT_EQ(sync_wait(p->stream(std::move(request))).error().code, errc::not_found);
  EXPECT_EQ(sync_wait(p->models())->front().id, "demo");
  EXPECT_TRUE(sync_wait(p->check()));
}

}  // namespace
}  // namespace sambung::demo_test
