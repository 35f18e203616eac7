#include <sambung/provider/decorators/response_cache.hpp>

#include "provider/decorators/request_key.hpp"
#include "support/provider_bench.hpp"

#include <gtest/gtest.h>

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <tuple>

namespace sambung::response_cache_test {
namespace {

using namespace testing;
using std::chrono::milliseconds;

struct bench : provider_bench {
  explicit bench(cached_options options = cached_options()) {
    options.observer = events.sink();
    subject = cached(vendor, std::move(options), clock);
  }
  read_answer read(completion_request request) { return *start(read_all(subject, std::move(request)))->value; }
  result<completion> whole(completion_request request) { return *start(ask(subject, std::move(request)))->value; }
  std::size_t calls() const { return vendor->requests().size(); }
  void answer_all() {
    vendor->otherwise(
        [n = std::make_shared<int>(0)](completion_request const&) { return answer("answer " + std::to_string(++*n)); });
  }

  std::shared_ptr<provider> subject;
};

completion_request scoped(std::string text = "Apa khabar?", std::string scope = "acme/ada") {
  auto request = question(std::move(text));
  request.cache_scope = std::move(scope);
  return request;
}

TEST(Cached, ReplaysTheEventsOfTheSameRequest) {
  bench b;
  b.vendor->push(answer_script()
                     .reasoning("hm")
                     .text("ba")
                     .text("ik")
                     .tool_call(0, "c", "f", "{}")
                     .usage(3, 4)
                     .finish(finish_reason::tool_calls));

  auto const first = b.read(scoped());
  auto const second = b.read(scoped());

  EXPECT_EQ(b.calls(), 1U);
  EXPECT_EQ(first.events.size(), 6U);
  auto expected = first.events;
  std::get<usage_report>(expected[4]).usage.replayed = true;
  EXPECT_EQ(second.events, expected);
  EXPECT_EQ(second.model, "scripted");
  EXPECT_EQ(b.events.all<cache_missed>().size(), 1U);
  EXPECT_EQ(b.events.all<cache_stored>().size(), 1U);
  EXPECT_EQ(b.events.all<cache_hit>().size(), 1U);
}

TEST(Cached, GivesTheSameWholeAnswer) {
  bench b;
  b.vendor->push(answer_script().text("baik").usage(3, 4).finish());

  auto const first = b.whole(scoped());
  auto const second = b.whole(scoped());

  EXPECT_EQ(b.calls(), 1U);
  EXPECT_EQ(text_of(second->parts), "baik");
  EXPECT_FALSE(first->usage->replayed);
  EXPECT_TRUE(second->usage->replayed);
  EXPECT_EQ(second->usage->output_tokens, 4);
  EXPECT_EQ(second->model, first->model);
}

TEST(Cached, NeverStoresWithoutAScope) {
  bench b;
  b.answer_all();

  b.read(question());
  b.read(question());
  std::ignore = b.whole(question());
  std::ignore = b.whole(question());

  EXPECT_EQ(b.calls(), 4U);
  EXPECT_TRUE(b.events.all<cache_missed>().empty());
}

TEST(Cached, NeverCrossesScopes) {
  bench b;
  b.answer_all();

  auto const ada = b.read(scoped("hi", "acme/ada"));
  auto const bob = b.read(scoped("hi", "acme/bob"));
  auto const other = b.read(scoped("hi", "other/ada"));

  EXPECT_EQ(b.calls(), 3U);
  EXPECT_NE(ada.text, bob.text);
  EXPECT_NE(ada.text, other.text);
}

TEST(Cached, AsksAgainWhenAnythingInTheRequestDiffers) {
  std::vector<std::function<void(completion_request&)>> const changes{
      [](auto& r) { r.model = "other"; },
      [](auto& r) { r.messages.emplace_back(role::user, "more"); },
      [](auto& r) { r.messages[0].who = role::system; },
      [](auto& r) { std::get<text_part>(r.messages[0].parts[0]).text += "!"; },
      [](auto& r) { std::get<text_part>(r.messages[0].parts[0]).provider_data.emplace().emplace("a", 1); },
      [](auto& r) { r.messages[0].parts.push_back(image_part{"https://example.com/a.png", {}}); },
      [](auto& r) { r.temperature = 0; },
      [](auto& r) { r.temperature = 0.5; },
      [](auto& r) { r.top_p = 0.5; },
      [](auto& r) { r.max_tokens = 5; },
      [](auto& r) { r.seed = 5; },
      [](auto& r) { r.stop.push_back("x"); },
      [](auto& r) { r.presence_penalty = 0.5; },
      [](auto& r) { r.frequency_penalty = 0.5; },
      [](auto& r) { r.tools.push_back(boost::json::object()); },
      [](auto& r) { r.choice = tool_choice(tool_choice::kind::none); },
      [](auto& r) { r.choice = tool_choice::of("f"); },
      [](auto& r) { r.choice = tool_choice::of("g"); },
      [](auto& r) { r.parallel_tool_calls = false; },
      [](auto& r) { r.format.emplace(); },
      [](auto& r) { r.format = output_format::schema_of("a", boost::json::object()); },
      [](auto& r) { r.effort = reasoning_effort::low; },
      [](auto& r) { r.effort = reasoning_effort::high; },
      [](auto& r) { r.on_unsupported = unsupported_policy::drop; },
      [](auto& r) { r.extra.emplace("logit_bias", 1); },
      [](auto& r) { r.extra.emplace("logit_bias", 2); }};
  bench b;
  b.answer_all();
  b.read(scoped());

  for (auto const& change : changes) {
    auto request = scoped();
    change(request);
    b.read(request);
  }

  EXPECT_EQ(b.calls(), changes.size() + 1);
}

TEST(Cached, TakesTheOrderOfMembersForNothing) {
  bench b;
  b.answer_all();
  auto one = scoped(), other = scoped();
  one.extra = boost::json::parse(R"({"a":{"x":1,"y":[{"p":1,"q":2}]},"b":2})").as_object();
  other.extra = boost::json::parse(R"({"b":2,"a":{"y":[{"q":2,"p":1}],"x":1}})").as_object();
  other.budget_key = "somebody";

  b.read(one);
  b.read(other);

  EXPECT_EQ(b.calls(), 1U);
  EXPECT_EQ(canonical_json(one), canonical_json(other));
}

TEST(Cached, TakesWhoPaysForNothing) {
  bench b;
  b.answer_all();
  b.vendor->take_keys_for("api.example.com");
  auto const paid_with = [](std::string key, std::string host = "api.example.com") {
    auto request = paid_question(std::move(host), std::move(key));
    request.cache_scope = "acme/ada";
    return request;
  };

  auto const asked = b.read(paid_with("sk-of-ada"));
  auto const with_another_key = b.read(paid_with("sk-of-acme"));
  auto const with_the_configured_one = b.read(scoped());

  EXPECT_EQ(b.calls(), 1U);
  EXPECT_EQ(with_another_key.text, asked.text);
  EXPECT_EQ(with_the_configured_one.text, asked.text);
  EXPECT_EQ(canonical_json(paid_with("sk-of-ada")).find("sk-of-ada"), std::string::npos);
  EXPECT_EQ(b.read(paid_with("sk-of-ada", "api.example.org")).why->code, errc::permission_denied)
      << "a stored answer is given for no key that the vendor would not get";
}

TEST(Cached, StoresNothingButCompleteAnswers) {
  std::vector<answer_script> const incomplete{answer_script().text("ba").fail({errc::unavailable, "broke"}),
                                              answer_script().text("ba"),
                                              answer_script().text("ba").finish(finish_reason::length),
                                              answer_script().text("ba").finish(finish_reason::content_filter),
                                              answer_script().text("ba").finish(finish_reason::other),
                                              refusal(errc::unavailable)};
  for (auto const& script : incomplete) {
    bench b;
    b.vendor->push(script).push(script).push(answer("baik")).push(answer("baik"));

    b.read(scoped());
    std::ignore = b.whole(scoped());

    EXPECT_EQ(b.read(scoped()).text, "baik");
    EXPECT_EQ(text_of(b.whole(scoped())->parts), "baik");
    EXPECT_EQ(b.calls(), 4U);
  }
}

TEST(Cached, StoresNoStreamThatWasLeft) {
  bench b;
  b.vendor->push(answer_script().text("ba").text("ik").finish()).push(answer("baik"));
  auto const leave = [](std::shared_ptr<provider> from) -> task<bool> {
    auto opened = co_await from->stream(scoped());
    auto const event = co_await (*opened)->next();
    co_return event.has_value();
  };

  b.start(leave(b.subject));
  b.read(scoped());

  EXPECT_EQ(b.calls(), 2U);
}

TEST(Cached, ForgetsWhatIsOld) {
  cached_options options;
  options.time_to_live = milliseconds(1'000);
  bench b(options);
  b.answer_all();
  b.read(scoped());
  b.advance(999);
  b.read(scoped());
  EXPECT_EQ(b.calls(), 1U);

  b.advance(1);
  b.read(scoped());

  EXPECT_EQ(b.calls(), 2U);
}

TEST(Cached, KeepsTheMostRecentlyUsedEntries) {
  cached_options options;
  options.max_entries = 2;
  bench b(options);
  b.answer_all();
  b.read(scoped("a"));
  b.read(scoped("b"));
  b.read(scoped("a"));
  b.read(scoped("c"));  // b goes
  EXPECT_EQ(b.calls(), 3U);

  b.read(scoped("a"));
  EXPECT_EQ(b.calls(), 3U);
  b.read(scoped("b"));
  EXPECT_EQ(b.calls(), 4U);
}

TEST(Cached, IsBoundedInBytes) {
  cached_options options;
  options.max_bytes = 100'000;
  options.max_entry_bytes = 60'000;
  bench b(options);
  b.vendor->otherwise([](completion_request const& r) {
    return answer(std::string(text_of(r.messages[0].parts) == "huge" ? 70'000 : 40'000, 'x'));
  });
  b.read(scoped("a"));
  b.read(scoped("b"));
  b.read(scoped("huge"));
  b.read(scoped("huge"));
  EXPECT_EQ(b.calls(), 4U);
  b.read(scoped("a"));
  b.read(scoped("b"));
  EXPECT_EQ(b.calls(), 4U);

  b.read(scoped("c"));  // a goes
  b.read(scoped("b"));
  EXPECT_EQ(b.calls(), 5U);
  b.read(scoped("a"));
  EXPECT_EQ(b.calls(), 6U);
  EXPECT_EQ(b.whole(scoped("huge"))->parts.size(), 1U);
  std::ignore = b.whole(scoped("huge"));
  EXPECT_EQ(b.calls(), 8U);
}

TEST(Cached, GivesAStoredStreamWithoutWaiting) {
  bench b;
  b.vendor->push(answer_script().text("ba").text("ik").finish());
  b.read(scoped());
  auto const burst = [](std::shared_ptr<provider> from) -> task<std::size_t> {
    auto opened = co_await from->stream(scoped());
    std::size_t count = 0;
    while ((*opened)->ready()) ++count;
    co_return count;
  };

  EXPECT_EQ(b.start(burst(b.subject))->value, 4U);  // with a usage that says that it is a replay
}

TEST(Cached, RefusesNulls) { EXPECT_THROW(cached(nullptr), error); }

// Whether anything is found depends on who comes when: asked in turn, ten texts push each other out of five places.
TEST(Cached, ServesManyThreads) {
  auto const vendor = std::make_shared<scripted_provider>();
  vendor->otherwise([](completion_request const& r) { return answer(text_of(r.messages[0].parts)); });
  event_log events;
  cached_options options;
  options.max_entries = 5;
  options.observer = events.sink();
  auto const subject = cached(vendor, options);
  std::atomic<int> right{0};

  boost::asio::thread_pool threads(4);
  for (int i = 0; i < 1'000; ++i) {
    auto const text = "answer " + std::to_string(i % 10);
    boost::asio::co_spawn(boost::asio::make_strand(threads), read_all(subject, scoped(text)),
                          [&right, text](std::exception_ptr, read_answer seen) { right += seen.text == text; });
  }
  threads.join();

  EXPECT_EQ(right, 1'000);
  EXPECT_EQ(events.all<cache_missed>().size(), vendor->requests().size());
  EXPECT_EQ(events.all<cache_hit>().size() + events.all<cache_missed>().size(), 1'000U);
  sync_wait(read_all(subject, scoped("answer 0")));
  auto const calls = vendor->requests().size();
  EXPECT_EQ(sync_wait(read_all(subject, scoped("answer 0"))).text, "answer 0");
  EXPECT_EQ(vendor->requests().size(), calls);
}

}  // namespace
}  // namespace sambung::response_cache_test
