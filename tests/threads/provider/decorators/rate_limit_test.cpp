#include <sambung/provider/decorators/rate_limit.hpp>

#include "provider/decorators/token_bucket.hpp"
#include "support/provider_bench.hpp"

#include <gtest/gtest.h>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

namespace sambung::rate_limit_test {
namespace {

using namespace testing;
using std::chrono::milliseconds;

using reading = std::shared_ptr<started_call<read_answer>>;

struct bench : provider_bench {
  explicit bench(rate_limited_options options) {
    options.observer = events.sink();
    subject = rate_limited(vendor, std::move(options), clock);
    vendor->otherwise([](completion_request const&) { return answer("baik"); });
  }
  reading call(std::string text = "hi") { return start(read_all(subject, question(std::move(text)))); }
  std::size_t calls() const { return vendor->requests().size(); }

  std::shared_ptr<provider> subject;
};

// One each second, at most two at once.
rate_limited_options requests() {
  rate_limited_options options;
  options.requests_per_minute = 60;
  options.burst = milliseconds(2'000);
  return options;
}

// A token each millisecond, at most 1000 at once.
rate_limited_options tokens() {
  rate_limited_options options;
  options.tokens_per_minute = 60'000;
  options.burst = milliseconds(1'000);
  options.assumed_output_tokens = 0;
  return options;
}

completion_request costing(std::int64_t cost) {
  auto request = question("");
  request.max_tokens = cost - 4;
  return request;
}

TEST(RateLimited, LetsTheBurstThroughAndThenOneAtATimeInOrder) {
  bench b(requests());
  std::vector<reading> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(b.call("call " + std::to_string(i)));
  EXPECT_EQ(b.calls(), 2U);

  b.advance(999);
  EXPECT_EQ(b.calls(), 2U);
  for (std::size_t expected = 3; expected <= 5; ++expected) {
    b.advance(1);
    EXPECT_EQ(b.calls(), expected);
    b.advance(999);
    EXPECT_EQ(b.calls(), expected);
  }

  auto const seen = b.vendor->requests();
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(calls[i]->value->finished);
    EXPECT_EQ(text_of(seen[i].messages[0].parts), "call " + std::to_string(i));
  }
  auto const waits = b.events.all<throttled>();
  ASSERT_EQ(waits.size(), 3U);
  EXPECT_EQ(waits[2].wait, milliseconds(3'000));
}

TEST(RateLimited, HoldsItsRateOverTime) {
  bench b(requests());
  for (int second = 0; second < 300; ++second) {
    b.call();
    b.call();
    b.advance(1'000);
  }

  EXPECT_LE(b.calls(), 303U);
  EXPECT_GE(b.calls(), 300U);
}

TEST(RateLimited, RefusesAtOnceWhoWouldWaitTooLong) {
  auto options = requests();
  options.max_wait = milliseconds(2'000);
  bench b(options);
  for (int i = 0; i < 4; ++i) b.call();

  auto const streamed = b.call();
  auto const whole = b.start(ask(b.subject, question()));

  ASSERT_TRUE(streamed->ended);
  EXPECT_EQ(streamed->value->why->code, errc::rate_limited);
  EXPECT_EQ(streamed->value->why->status, 0);
  EXPECT_EQ(streamed->value->why->retry_after, milliseconds(3'000));
  EXPECT_EQ(whole->value->error().code, errc::rate_limited);
  EXPECT_EQ(b.events.all<throttle_refused>().size(), 2U);
  b.advance(1'000);
  b.advance(1'000);
  EXPECT_EQ(b.calls(), 4U);
}

TEST(RateLimited, BoundsItsLine) {
  auto options = requests();
  options.max_waiting = 3;
  bench b(options);
  for (int i = 0; i < 5; ++i) b.call();

  auto const sixth = b.call();

  EXPECT_EQ(sixth->value->why->code, errc::rate_limited);
}

TEST(RateLimited, ForgetsWhoWasCancelledInLine) {
  bench b(requests());
  std::vector<reading> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(b.call());

  b.cancel(calls[2]);  // the first in line
  b.cancel(calls[3]);
  b.advance(1'000);

  EXPECT_TRUE(calls[2]->was_cancelled());
  EXPECT_TRUE(calls[3]->was_cancelled());
  EXPECT_EQ(b.calls(), 3U);
  EXPECT_TRUE(calls[4]->ended);
  EXPECT_EQ(b.clock->sleeping(), 0U);
}

TEST(RateLimited, CountsTokensBeforeTheyAreSpent) {
  bench b(tokens());
  b.start(read_all(b.subject, costing(1'000)));
  EXPECT_EQ(b.calls(), 1U);
}

TEST(RateLimited, CorrectsItsEstimateByTheReportedUsage) {
  bench b(tokens());
  b.vendor->push(answer_script().text("a").usage(5, 5).finish());
  b.start(read_all(b.subject, costing(1'000)));

  b.start(read_all(b.subject, costing(990)));
  EXPECT_EQ(b.calls(), 2U);
  b.start(read_all(b.subject, costing(985)));
  EXPECT_EQ(b.calls(), 3U);  // "baik" was one token and the message four
}

TEST(RateLimited, MakesLaterCallsPayForAnEstimateThatWasTooLow) {
  bench b(tokens());
  b.vendor->push(answer_script().text("a").usage(1'000, 2'000).finish());
  b.start(read_all(b.subject, costing(10)));

  auto const next = b.start(read_all(b.subject, costing(10)));
  b.advance(2'009);
  EXPECT_FALSE(next->ended);
  b.advance(1);

  EXPECT_TRUE(next->ended);
}

TEST(RateLimited, AccountsForWholeAnswersToo) {
  bench b(tokens());
  b.vendor->push(answer_script().text("a").usage(500, 500).finish());
  b.start(ask(b.subject, costing(10)));

  auto const next = b.start(ask(b.subject, costing(10)));
  b.advance(9);
  EXPECT_FALSE(next->ended);
  b.advance(1);

  EXPECT_TRUE(next->ended);
}

TEST(RateLimited, TakesNoTokensForCallsThatFailed) {
  bench b(tokens());
  b.vendor->push(refusal(errc::unavailable)).push(refusal(errc::unavailable));
  b.vendor->push(answer_script().event(reasoning_delta{"", boost::json::object()}).fail({errc::unavailable, "broke"}));
  b.start(read_all(b.subject, costing(1'000)));
  b.start(ask(b.subject, costing(1'000)));
  b.start(read_all(b.subject, costing(1'000)));

  b.start(read_all(b.subject, costing(1'000)));

  EXPECT_EQ(b.calls(), 4U);
}

TEST(RateLimited, TakesWhatArrivedOfACallThatBrokeOff) {
  bench b(tokens());
  b.vendor->push(answer_script().text(std::string(400, 'x')).fail({errc::unavailable, "broke"}));
  b.start(read_all(b.subject, costing(1'000)));

  auto const next = b.start(read_all(b.subject, costing(1'000)));
  b.advance(103);
  EXPECT_FALSE(next->ended);
  b.advance(1);

  EXPECT_TRUE(next->ended);
}

TEST(RateLimited, LetsACallThroughThatIsLargerThanTheBurstAndThenRests) {
  bench b(tokens());
  auto const large = b.start(read_all(b.subject, costing(5'000)));
  EXPECT_EQ(b.calls(), 1U);

  b.vendor->push(answer_script().text("a").usage(4'000, 1'000).finish());
  b.advance(1'000);
  b.start(read_all(b.subject, costing(5'000)));
  auto const behind = b.start(read_all(b.subject, costing(10)));
  b.advance(4'009);
  EXPECT_FALSE(behind->ended);
  b.advance(1);

  EXPECT_TRUE(large->ended);
  EXPECT_TRUE(behind->ended);
}

TEST(RateLimited, RefusesWhoseTurnCameTooLateAfterAll) {
  auto options = tokens();
  options.max_wait = milliseconds(1'000);
  bench b(options);
  gate slow;
  b.vendor->push(answer_script().text("a").wait(slow).usage(5'000, 0).finish());
  b.start(read_all(b.subject, costing(1'000)));
  auto const waiting = b.start(read_all(b.subject, costing(500)));
  slow.open();
  b.settle();

  b.advance(999);
  EXPECT_FALSE(waiting->ended);
  b.advance(1);

  ASSERT_TRUE(waiting->ended);
  EXPECT_EQ(waiting->value->why->code, errc::rate_limited);
  EXPECT_EQ(waiting->value->why->retry_after, milliseconds(3'500));
  EXPECT_EQ(b.clock->sleeping(), 0U);
}

TEST(RateLimited, HoldsNobodyBackWithoutLimits) {
  bench b{rate_limited_options()};
  for (int i = 0; i < 1'000; ++i) b.call();
  EXPECT_EQ(b.calls(), 1'000U);
}

TEST(RateLimited, EstimatesAQuarterOfTheBytesAndTheAnswer) {
  EXPECT_EQ(estimated_cost(question("12345678"), 100), 4 + 2 + 100);
  EXPECT_EQ(estimated_cost(costing(50), 100), 50);
}

TEST(RateLimited, RefusesOptionsWithoutSense) {
  bench b(requests());
  auto options = requests();
  options.requests_per_minute = -1;
  EXPECT_THROW(rate_limited(b.vendor, options), error);
  EXPECT_THROW(rate_limited(nullptr, requests()), error);
}

TEST(RateLimited, ServesManyThreads) {
  auto const vendor = std::make_shared<scripted_provider>();
  vendor->otherwise([](completion_request const&) { return answer("baik"); });
  rate_limited_options options;
  options.requests_per_minute = 60'000;  // one each millisecond
  options.burst = milliseconds(10);
  auto const subject = rate_limited(vendor, options);
  std::atomic<int> answered{0};

  boost::asio::thread_pool threads(4);
  for (int i = 0; i < 400; ++i)
    boost::asio::co_spawn(boost::asio::make_strand(threads), read_all(subject, question()),
                          [&](std::exception_ptr, read_answer seen) { answered += seen.finished; });
  threads.join();

  EXPECT_EQ(answered, 400);
}

TEST(TokenBucket, TellsTheTimeUntilItHasEnough) {
  token_bucket bucket(60'000, milliseconds(100), 1);
  bucket.take(100);

  EXPECT_EQ(bucket.time_until(0, 1), milliseconds(1));
  EXPECT_EQ(bucket.time_until(50, 50), milliseconds(100));
  EXPECT_EQ(bucket.time_until(0, 1'000), milliseconds(100));
  bucket.refill(milliseconds(99));
  EXPECT_TRUE(bucket.has(99));
  EXPECT_FALSE(bucket.has(100));
  bucket.refill(milliseconds(1'000));
  bucket.give_back(1'000);
  EXPECT_TRUE(bucket.has(1'000));
  bucket.take(101);
  EXPECT_FALSE(bucket.has(0));
}

}  // namespace
}  // namespace sambung::rate_limit_test
