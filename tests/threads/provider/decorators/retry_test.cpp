#include <sambung/provider/decorators/retry.hpp>

#include "provider/decorators/retry_budget.hpp"
#include "support/provider_bench.hpp"

#include <gtest/gtest.h>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

namespace sambung::retry_test {
namespace {

using namespace testing;
using std::chrono::milliseconds;

struct bench : provider_bench {
  std::shared_ptr<provider> subject(retry_options options = retry_options()) {
    options.observer = events.sink();
    return retrying(vendor, std::move(options), clock, random);
  }
  std::size_t calls() const { return vendor->requests().size(); }
};

TEST(Retrying, GivesAnAnswerAsItIs) {
  bench b;
  b.vendor->push(answer_script().reasoning("hm").text("Kh").usage(3, 4).text("abar").finish());

  auto const call = b.start(read_all(b.subject(), question()));

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->text, "Khabar");
  EXPECT_EQ(call->value->events.size(), 5U);
  EXPECT_TRUE(call->value->finished);
  EXPECT_EQ(call->value->model, "scripted");
  EXPECT_EQ(b.calls(), 1U);
  EXPECT_EQ(b.clock->sleeping(), 0U);
}

TEST(Retrying, AsksAgainWithinTwoRetriesAndWaitsLongerEachTime) {
  bench b;
  b.random->draw(1'000);  // of 0..500: 1000 % 501 = 499; of 0..1000: 1000
  b.vendor->push(refusal(errc::unavailable, 503)).push(refusal(errc::unavailable)).push(answer("baik"));

  auto const call = b.start(read_all(b.subject(), question()));
  b.advance(498);
  EXPECT_EQ(b.calls(), 1U);
  b.advance(1);
  EXPECT_EQ(b.calls(), 2U);
  b.advance(999);
  EXPECT_EQ(b.calls(), 2U);
  b.advance(1);

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->text, "baik");
  auto const retries = b.events.all<retry_scheduled>();
  ASSERT_EQ(retries.size(), 2U);
  EXPECT_EQ(retries[0].attempt, 1);
  EXPECT_EQ(retries[0].delay, milliseconds(499));
  EXPECT_EQ(retries[0].why.status, 503);
  EXPECT_EQ(retries[1].delay, milliseconds(1'000));
}

TEST(Retrying, PaysEveryAttemptWithTheSameKey) {
  bench b;
  b.vendor->take_keys_for("api.example.com").push(refusal(errc::unavailable, 503)).push(answer("baik"));
  auto const request = paid_question("api.example.com");

  auto const call = b.start(read_all(b.subject(), request));
  b.advance(60'000);

  ASSERT_TRUE(call->ended);
  ASSERT_EQ(b.calls(), 2U);
  EXPECT_EQ(b.vendor->requests()[0].credential, request.credential);
  EXPECT_EQ(b.vendor->requests()[1].credential, request.credential);
}

TEST(Retrying, GivesUpAfterItsRetriesWithTheLastFailure) {
  bench b;
  b.vendor->push(refusal(errc::unavailable, 500)).push(refusal(errc::unavailable, 502));
  b.vendor->push(refusal(errc::unavailable, 529)).push(answer("never"));

  auto const call = b.start(read_all(b.subject(), question()));
  for (int i = 0; i < 5; ++i) b.advance(10'000);

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->why->status, 529);
  EXPECT_EQ(b.calls(), 3U);
  ASSERT_EQ(b.events.all<retries_ended>().size(), 1U);
  EXPECT_EQ(b.events.all<retries_ended>()[0].obstacle, retry_obstacle::attempts);
}

struct expected {
  errc code;
  int status;
  bool retried;
};

TEST(Retrying, DecidesByCodeAndStatus) {
  std::vector<expected> const table{{errc::unavailable, 0, true},          {errc::unavailable, 409, true},
                                    {errc::unavailable, 500, true},        {errc::unavailable, 529, true},
                                    {errc::rate_limited, 429, true},       {errc::deadline_exceeded, 408, true},
                                    {errc::provider_error, 0, true},       {errc::provider_error, 503, true},
                                    {errc::provider_error, 302, false},    {errc::provider_error, 418, false},
                                    {errc::deadline_exceeded, 0, false},   {errc::quota_exceeded, 429, false},
                                    {errc::quota_exceeded, 402, false},    {errc::permission_denied, 0, false},
                                    {errc::permission_denied, 403, false}, {errc::unauthenticated, 401, false},
                                    {errc::not_found, 404, false},         {errc::payload_too_large, 413, false},
                                    {errc::invalid_argument, 400, false},  {errc::invalid_argument, 422, false},
                                    {errc::cancelled, 0, false},           {errc::internal, 0, false}};
  for (auto const& row : table)
    for (bool const streamed : {true, false}) {
      bench b;
      b.vendor->push(refusal(row.code, row.status)).push(answer("baik"));
      if (streamed) b.start(read_all(b.subject(), question()));
      else b.start(ask(b.subject(), question()));
      b.advance(1'000);
      EXPECT_EQ(b.calls(), row.retried ? 2U : 1U) << to_string(row.code) << ' ' << row.status;
    }
}

TEST(Retrying, TakesAnErrorBeforeTheFirstContentForAFailedCall) {
  bench b;
  b.vendor->push(answer_script().usage(1, 0).fail({errc::provider_error, "an error in a 200"}));
  b.vendor->push(answer_script());  // ends at once
  b.vendor->push(answer("baik"));

  auto const call = b.start(read_all(b.subject(), question()));
  b.advance(1'000);
  b.advance(1'000);

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->text, "baik");
  EXPECT_EQ(call->value->events.size(), 2U);
  EXPECT_EQ(b.calls(), 3U);
}

// Whoever waits learns that the vendor has begun, and has something to keep a connection alive with.
TEST(Retrying, OpensAStreamWhileTheModelStillThinks) {
  bench b;
  gate thinking;
  b.vendor->push(answer_script().usage(1, 0).fail({errc::provider_error, "an error in a 200"}));
  b.vendor->push(answer_script().usage(1, 0).wait(thinking).text("baik").finish());
  auto const subject = b.subject();
  std::unique_ptr<completion_stream> stream;
  auto const open = [&]() -> task<bool> {
    auto opened = co_await subject->stream(question());
    stream = std::move(opened).value();
    co_return true;
  };
  auto const read = [&]() -> task<std::string> {
    auto event = co_await stream->next();
    if (event && std::holds_alternative<usage_report>(**event)) event = co_await stream->next();
    co_return event ? std::get<text_delta>(**event).text : event.error().message;
  };

  auto const opening = b.start(open());
  ASSERT_TRUE(opening->ended);
  EXPECT_EQ(b.calls(), 1U);
  EXPECT_FALSE(stream->ready()) << "what came before the failure is not given";
  auto const first = b.start(read());
  b.advance(1'000);
  EXPECT_EQ(b.calls(), 2U);
  EXPECT_FALSE(first->ended);
  thinking.open();
  b.settle();

  ASSERT_TRUE(first->ended);
  EXPECT_EQ(*first->value, "baik");
  stream.reset();
}

TEST(Retrying, SaysTheSameAgainOnceAStreamHasFailed) {
  bench b;
  b.vendor->push(answer_script().usage(1, 0).fail({errc::invalid_argument, "no"})).push(answer("never"));
  b.vendor->push(answer("never"));
  auto const subject = b.subject();
  auto const read_twice = [&]() -> task<std::string> {
    auto opened = co_await subject->stream(question());
    if (!opened) co_return opened.error().message;
    auto const first = co_await (*opened)->next();
    auto const second = co_await (*opened)->next();
    co_return first.error().message + second.error().message;
  };

  auto const call = b.start(read_twice());

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(*call->value, "nono");
  EXPECT_EQ(b.calls(), 1U);
}

TEST(Retrying, KeepsTheUsageThatCameBeforeTheContent) {
  bench b;
  b.vendor->push(answer_script().usage(1, 0).usage(7, 0).text("a").finish());

  auto const call = b.start(read_all(b.subject(), question()));

  ASSERT_EQ(call->value->events.size(), 3U);
  EXPECT_EQ(std::get<usage_report>(call->value->events[0]).usage.input_tokens, 7);
}

TEST(Retrying, NeverRetriesAfterContent) {
  for (auto const code : {errc::unavailable, errc::provider_error, errc::rate_limited}) {
    bench b;
    b.vendor->push(answer_script().text("ba").fail({code, "broke"})).push(answer("never"));

    auto const call = b.start(read_all(b.subject(), question()));
    b.advance(100'000);

    ASSERT_TRUE(call->ended);
    EXPECT_EQ(call->value->text, "ba");
    EXPECT_EQ(call->value->why->code, code);
    EXPECT_EQ(b.calls(), 1U);
  }
}

TEST(Retrying, RepeatsAWholeAnswerThatBrokeOff) {
  bench b;
  b.vendor->push(answer_script().text("ba").fail({errc::unavailable, "broke"})).push(answer("baik"));

  auto const call = b.start(ask(b.subject(), question()));
  b.advance(1'000);

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(text_of((**call->value).parts), "baik");
}

TEST(Retrying, WaitsAsLongAsTheVendorAsks) {
  bench b;
  b.vendor->push(refusal(errc::rate_limited, 429, milliseconds(30'000))).push(answer("baik"));

  auto const call = b.start(read_all(b.subject(), question()));
  b.advance(29'999);
  EXPECT_EQ(b.calls(), 1U);
  b.advance(1);

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->text, "baik");
}

TEST(Retrying, FailsAtOnceWhenTheVendorAsksForTooLong) {
  bench b;
  b.vendor->push(refusal(errc::rate_limited, 429, milliseconds(30'001)));

  auto const call = b.start(read_all(b.subject(), question()));

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->why->code, errc::rate_limited);
  EXPECT_EQ(call->value->why->retry_after, milliseconds(30'001));
  EXPECT_EQ(b.events.all<retries_ended>()[0].obstacle, retry_obstacle::retry_after);
}

TEST(Retrying, DoesNotWaitBeyondItsDeadline) {
  bench b;
  retry_options options;
  options.deadline = milliseconds(5'000);
  b.vendor->push(refusal(errc::rate_limited, 429, milliseconds(5'000)));

  auto const call = b.start(read_all(b.subject(options), question()));

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->why->code, errc::rate_limited);
  EXPECT_EQ(call->value->why->retry_after, milliseconds(5'000));
}

TEST(Retrying, EndsASilentVendorAtTheDeadline) {
  bench b;
  retry_options options;
  options.deadline = milliseconds(5'000);
  gate never;
  b.vendor->push(refusal(errc::unavailable)).push(answer_script().wait(never).text("late"));
  b.random->draw(400);

  auto const call = b.start(read_all(b.subject(options), question()));
  b.advance(400);
  b.advance(4'599);
  EXPECT_FALSE(call->ended);
  b.advance(1);

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->why->code, errc::deadline_exceeded);
  EXPECT_EQ(b.clock->sleeping(), 0U);
}

TEST(Retrying, LetsAStreamTakeItsTimeOnceItHasBegun) {
  bench b;
  gate slow;
  b.vendor->push(answer_script().text("la").wait(slow).text("ma").finish());

  auto const call = b.start(read_all(b.subject(), question()));
  b.advance(10'000'000);
  slow.open();
  b.settle();

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->text, "lama");
  EXPECT_EQ(b.clock->sleeping(), 0U);
}

TEST(Retrying, IsCancelledWhileItWaits) {
  bench b;
  b.random->draw(400);
  b.vendor->push(refusal(errc::unavailable));

  auto const call = b.start(read_all(b.subject(), question()));
  ASSERT_EQ(b.clock->sleeping(), 2U);
  b.cancel(call);

  ASSERT_TRUE(call->ended);
  EXPECT_TRUE(call->was_cancelled());
  EXPECT_EQ(b.clock->sleeping(), 0U);
  EXPECT_EQ(b.calls(), 1U);
}

TEST(Retrying, IsCancelledWhileTheVendorIsSilent) {
  for (bool const opened : {true, false}) {
    bench b;
    gate never;
    answer_script script;
    if (opened) script.usage(1, 1);
    b.vendor->push(script.wait(never).text("x").finish());

    auto const call = b.start(read_all(b.subject(), question()));
    b.cancel(call);

    ASSERT_TRUE(call->ended);
    EXPECT_TRUE(call->was_cancelled());
    EXPECT_EQ(b.vendor->abandoned(), 1U);
    EXPECT_EQ(b.clock->sleeping(), 0U);
  }
}

TEST(Retrying, DoesNotMultiplyAnOutage) {
  bench b;
  b.vendor->otherwise([](completion_request const&) { return refusal(errc::unavailable, 503); });
  auto const subject = b.subject();

  for (int i = 0; i < 1'000; ++i) {
    b.start(read_all(subject, question()));
    b.advance(10'000);
    b.advance(10'000);
  }

  // The burst, and a tenth of the calls.
  EXPECT_GE(b.calls(), 1'105U);
  EXPECT_LE(b.calls(), 1'110U);
  EXPECT_EQ(b.events.all<retries_ended>().back().obstacle, retry_obstacle::budget);
}

TEST(Retrying, CountsEveryBudgetKeyForItself) {
  bench b;
  b.vendor->otherwise([](completion_request const&) { return refusal(errc::unavailable, 503); });
  retry_options options;
  options.budget_burst = 2;
  options.budget_per_call = 0;
  auto const subject = b.subject(options);
  auto const asked = [&](std::string key) {
    auto const before = b.calls();
    auto request = question();
    request.budget_key = std::move(key);
    b.start(read_all(subject, request));
    b.advance(10'000);
    b.advance(10'000);
    return b.calls() - before;
  };

  EXPECT_EQ(asked("a"), 3U);
  EXPECT_EQ(asked("a"), 1U);
  EXPECT_EQ(asked("b"), 3U);
  EXPECT_EQ(asked(""), 3U);
  EXPECT_EQ(asked(""), 1U);
}

TEST(RetryBudget, EarnsARetryWithTenCallsAndNeverMoreThanTheBurst) {
  retry_budget budget(0.1, 1);
  EXPECT_TRUE(budget.spend("k"));
  EXPECT_FALSE(budget.spend("k"));
  for (int i = 0; i < 9; ++i) budget.earn("k");
  EXPECT_FALSE(budget.spend("k"));
  budget.earn("k");
  EXPECT_TRUE(budget.spend("k"));
  for (int i = 0; i < 1'000; ++i) budget.earn("k");
  EXPECT_TRUE(budget.spend("k"));
  EXPECT_FALSE(budget.spend("k"));
}

TEST(RetryBudget, KeepsSoManyKeysAndLetsFurtherOnesShare) {
  retry_budget budget(0, 1);
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(budget.spend("k" + std::to_string(i)));

  EXPECT_FALSE(budget.spend("k0"));
  EXPECT_TRUE(budget.spend("another"));
  EXPECT_FALSE(budget.spend("yet another"));
}

TEST(Retrying, RefusesOptionsWithoutSense) {
  bench b;
  retry_options negative;
  negative.max_retries = -1;
  EXPECT_THROW(retrying(nullptr), error);
  EXPECT_THROW(retrying(b.vendor, negative), error);
  EXPECT_THROW(retrying(b.vendor, retry_options(), nullptr), error);
}

TEST(Retrying, PassesModelsAndChecksOn) {
  bench b;
  auto const subject = b.subject();
  EXPECT_EQ(sync_wait(subject->models()).value().size(), 1U);
  EXPECT_TRUE(sync_wait(subject->check()));
}

TEST(Retrying, ServesManyThreads) {
  auto const vendor = std::make_shared<scripted_provider>();
  std::atomic<int> asked{0};
  vendor->otherwise(
      [&](completion_request const&) { return asked++ % 3 == 0 ? refusal(errc::unavailable, 503) : answer("baik"); });
  retry_options options;
  options.base_delay = milliseconds(1);
  options.budget_burst = 1'000;
  auto const subject = retrying(vendor, options);
  std::atomic<int> answered{0};

  boost::asio::thread_pool threads(4);
  for (int i = 0; i < 400; ++i)
    boost::asio::co_spawn(boost::asio::make_strand(threads), read_all(subject, question()),
                          [&](std::exception_ptr, read_answer seen) { answered += seen.text == "baik"; });
  threads.join();

  EXPECT_GE(answered, 380);
}

}  // namespace
}  // namespace sambung::retry_test
