#include <sambung/provider/token_counter.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace sambung::token_counter_test {
namespace {

constexpr auto model = "scripted/one";

std::string text(std::size_t bytes) { return std::string(bytes, 'x'); }

prompt_message of(part one) {
  std::vector<part> parts;
  parts.push_back(std::move(one));
  return prompt_message(role::user, std::move(parts));
}

image_part image(std::string url) { return image_part{std::move(url), {}}; }
file_part file(std::string type, std::string url) { return file_part{"a", std::move(type), std::move(url), {}}; }

// One token for each letter.
struct letters final : token_counter {
  std::int64_t count(std::string_view, std::string_view of) override { return static_cast<std::int64_t>(of.size()); }
};

TEST(TokenCounter, BeginsWithTheEstimate) {
  auto const counter = learning_token_counter();

  EXPECT_EQ(counter->count(model, text(401)), 101);
  EXPECT_EQ(counter->count(model, ""), 0);
  EXPECT_EQ(counter->count_message(model, prompt_message(role::user, text(400))), 100 + tokens_per_message);
}

TEST(TokenCounter, CountsMediaByWhatTheyAreAndNotByTheirData) {
  auto const counter = learning_token_counter();
  letters own;
  for (std::size_t const bytes : {std::size_t(10), std::size_t(1'000'000)}) {
    auto const shown = of(image("data:image/png;base64," + text(bytes)));
    auto const pdf = of(file("application/pdf", "data:application/pdf;base64," + text(bytes)));
    auto const far = of(file("text/plain", "https://example.com/" + text(bytes)));

    for (auto* each : {counter.get(), static_cast<token_counter*>(&own)}) {
      EXPECT_EQ(each->count_message(model, shown), tokens_per_image + tokens_per_message);
      EXPECT_EQ(each->count_message(model, pdf), tokens_per_file + tokens_per_message);
      EXPECT_EQ(each->count_message(model, far), tokens_per_file + tokens_per_message);
    }
    EXPECT_EQ(estimate_tokens(shown), tokens_per_image + tokens_per_message);
  }
}

TEST(TokenCounter, CountsAFileOfTextAsItsText) {
  auto const plain = of(file("text/plain", "data:text/plain," + text(400)));
  auto const escaped = of(file("text/plain", "data:text/plain,%C3%A9%C3%A9"));
  auto const garbled = of(file("text/plain", "data:text/plain,%%%"));
  auto const base64 = of(file("text/plain", "data:text/plain;base64," + std::string(400, 'A')));

  EXPECT_EQ(estimate_tokens(plain), 100 + tokens_per_message);
  EXPECT_EQ(estimate_tokens(base64), 75 + tokens_per_message);
  EXPECT_EQ(estimate_tokens(escaped), 1 + tokens_per_message);
  EXPECT_EQ(estimate_tokens(garbled), tokens_per_message);
}

TEST(TokenCounter, CountsWhatAModelReads) {
  std::vector<part> parts;
  parts.push_back(text_part{text(4), {}});
  parts.push_back(reasoning_part{text(4), {}});
  parts.push_back(tool_call_part{"an id", text(4), text(4), {}});
  parts.push_back(tool_result_part{"an id", text(4), {}});
  parts.push_back(error_part{"unavailable", text(400), {}});
  prompt_message const all(role::assistant, std::move(parts));
  letters own;

  EXPECT_EQ(estimate_tokens(all), 5 + tokens_per_message);
  EXPECT_EQ(own.count_message(model, all), 20 + tokens_per_message);
}

TEST(TokenCounter, LearnsWhatAVendorReportsOfAModel) {
  auto const counter = learning_token_counter();

  counter->learn(model, 1'000, 1'500);

  EXPECT_EQ(counter->count(model, text(4'000)), 1'500);
  EXPECT_EQ(counter->count_message(model, prompt_message(role::user, text(4'000))), 1'506);
  EXPECT_EQ(counter->count("scripted/two", text(4'000)), 1'000);
}

TEST(TokenCounter, TakesTheMeanAndFollowsWhatChanges) {
  auto const counter = learning_token_counter();
  counter->learn(model, 1'000, 1'000);
  counter->learn(model, 1'000, 1'500);
  EXPECT_EQ(counter->count(model, text(4'000)), 1'250);

  for (int i = 0; i < 100; ++i) counter->learn(model, 1'000, 800);

  EXPECT_NEAR(static_cast<double>(counter->count(model, text(4'000))), 800, 2);
}

TEST(TokenCounter, StaysBetweenAHalfAndTwice) {
  auto const counter = learning_token_counter();
  for (int i = 0; i < 100; ++i) {
    counter->learn("a/high", 1'000, 1'000'000'000);
    counter->learn("a/low", 1'000, 1);
  }

  EXPECT_EQ(counter->count("a/high", text(4'000)), 2'000);
  EXPECT_EQ(counter->count("a/low", text(4'000)), 500);
}

TEST(TokenCounter, LearnsNothingFromWhatSaysNothing) {
  auto const counter = learning_token_counter();

  counter->learn(model, 3, 90);       // a short prompt is mostly what the vendor puts around it
  counter->learn(model, 1'000, 0);    // not reported
  counter->learn(model, 1'000, -50);  // garbage
  counter->learn(model, -5, 100);

  EXPECT_EQ(counter->count(model, text(4'000)), 1'000);
}

TEST(TokenCounter, RemembersOnlySoManyModels) {
  auto const counter = learning_token_counter(2);
  counter->learn("m/1", 1'000, 2'000);
  counter->learn("m/2", 1'000, 2'000);
  counter->learn("m/1", 1'000, 2'000);
  counter->learn("m/3", 1'000, 2'000);

  EXPECT_EQ(counter->count("m/1", text(4'000)), 2'000);
  EXPECT_EQ(counter->count("m/2", text(4'000)), 1'000) << "of which was learnt longest ago";
  EXPECT_EQ(counter->count("m/3", text(4'000)), 2'000);
}

TEST(TokenCounter, MayBeAskedAndTaughtByManyThreads) {
  auto const counter = learning_token_counter(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2'000; ++i) {
        auto const name = "m/" + std::to_string((i + t) % 5);
        counter->learn(name, 1'000, 1'500);
        auto const tokens = counter->count(name, text(400));
        EXPECT_TRUE(tokens == 100 || tokens == 150) << tokens;
      }
    });
  for (auto& one : threads) one.join();
}

}  // namespace
}  // namespace sambung::token_counter_test
