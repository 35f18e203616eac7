#include <sambung/provider/decorators/circuit_breaker.hpp>

#include "support/provider_bench.hpp"

#include <gtest/gtest.h>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

namespace sambung::circuit_breaker_test {
namespace {

using namespace testing;
using std::chrono::milliseconds;

struct bench : provider_bench {
  explicit bench(circuit_breaker_options options = circuit_breaker_options()) {
    options.name = "acme";
    options.observer = events.sink();
    subject = circuit_breaker(vendor, std::move(options), clock, random);
  }
  static circuit_breaker_options small() {
    circuit_breaker_options options;
    options.window = 4;
    options.min_calls = 4;
    options.open_time = milliseconds(1'000);
    return options;
  }

  std::shared_ptr<started_call<read_answer>> call(answer_script script) {
    vendor->push(std::move(script));
    return start(read_all(subject, question()));
  }
  void fail(int times) {
    for (int i = 0; i < times; ++i) call(refusal(errc::unavailable, 503));
  }
  void succeed(int times) {
    for (int i = 0; i < times; ++i) call(answer("baik"));
  }
  // Whether calls are refused now.
  bool open() {
    auto const before = vendor->requests().size();
    auto const probe = start(read_all(subject, question()));
    return vendor->requests().size() == before;
  }
  std::vector<circuit_state> states() const {
    std::vector<circuit_state> seen;
    for (auto const& changed : events.all<circuit_changed>()) seen.push_back(changed.to);
    return seen;
  }

  std::shared_ptr<provider> subject;
};

using states = std::vector<circuit_state>;

TEST(CircuitBreaker, OpensAtTheFailureRateAndNotBelow) {
  bench b(bench::small());
  b.succeed(3);
  b.fail(1);
  EXPECT_TRUE(b.states().empty());

  b.fail(1);

  EXPECT_EQ(b.states(), states{circuit_state::open});
  EXPECT_TRUE(b.open());
}

TEST(CircuitBreaker, DoesNotJudgeByTooFewCalls) {
  bench b(bench::small());

  b.fail(3);
  EXPECT_TRUE(b.states().empty());
  b.fail(1);

  EXPECT_EQ(b.states(), states{circuit_state::open});
}

TEST(CircuitBreaker, SaysWhenToComeBack) {
  bench b(bench::small());
  b.random->draw(123);
  b.fail(4);
  b.advance(23);

  auto const whole = b.start(ask(b.subject, question()));
  auto const streamed = b.start(read_all(b.subject, question()));

  EXPECT_EQ(whole->value->error().code, errc::unavailable);
  EXPECT_EQ(whole->value->error().retry_after, milliseconds(1'100));
  EXPECT_EQ(streamed->value->why->retry_after, milliseconds(1'100));
  EXPECT_EQ(b.vendor->requests().size(), 4U);
  EXPECT_EQ(b.events.all<circuit_changed>()[0].rest, milliseconds(1'123));
}

TEST(CircuitBreaker, ClosesWithTheFirstContentOfItsProbe) {
  bench b(bench::small());
  gate slow;
  b.fail(4);
  b.advance(999);
  EXPECT_TRUE(b.open());
  b.advance(1);

  auto const probe = b.call(answer_script().text("ba").wait(slow).text("ik").finish());
  EXPECT_EQ(b.states(), (states{circuit_state::open, circuit_state::half_open, circuit_state::closed}));
  b.succeed(1);
  slow.open();
  b.settle();

  EXPECT_EQ(probe->value->text, "baik");
}

TEST(CircuitBreaker, LetsOneProbeAtATimeThrough) {
  bench b(bench::small());
  gate slow;
  b.fail(4);
  b.advance(1'000);

  auto const probe = b.call(answer_script().wait(slow).text("baik").finish());
  auto const other = b.start(read_all(b.subject, question()));
  EXPECT_EQ(other->value->why->code, errc::unavailable);
  EXPECT_EQ(other->value->why->retry_after, milliseconds(1'000));
  slow.open();
  b.settle();

  EXPECT_EQ(probe->value->text, "baik");
  EXPECT_FALSE(b.open());
}

TEST(CircuitBreaker, RestsAgainWhenItsProbeFails) {
  bench b(bench::small());
  b.fail(4);
  b.advance(1'000);

  b.fail(1);

  EXPECT_EQ(b.states(), (states{circuit_state::open, circuit_state::half_open, circuit_state::open}));
  b.advance(999);
  EXPECT_TRUE(b.open());
  b.advance(1);
  b.succeed(1);
  EXPECT_FALSE(b.open());
}

TEST(CircuitBreaker, LetsAnotherProbeThroughWhenOneWasCancelledOrRateLimited) {
  bench b(bench::small());
  gate never;
  b.fail(4);
  b.advance(1'000);

  auto const probe = b.call(answer_script().usage(1, 1).wait(never).text("never"));
  EXPECT_TRUE(b.open());
  b.cancel(probe);
  EXPECT_TRUE(probe->was_cancelled());
  b.call(refusal(errc::rate_limited, 429));
  b.succeed(1);

  EXPECT_EQ(b.states(), (states{circuit_state::open, circuit_state::half_open, circuit_state::closed}));
}

TEST(CircuitBreaker, GivesUpASilentProbeAndIgnoresWhatItSaysLater) {
  bench b(bench::small());
  gate late;
  b.fail(4);
  b.advance(1'000);
  auto const silent = b.call(answer_script().wait(late).fail({errc::unavailable, "late"}));
  b.advance(999);
  EXPECT_TRUE(b.open());
  b.advance(1);

  b.succeed(1);
  late.open();
  b.settle();

  EXPECT_TRUE(silent->ended);
  EXPECT_EQ(b.states().back(), circuit_state::closed);
  b.succeed(3);
  EXPECT_FALSE(b.open());
}

TEST(CircuitBreaker, CountsStreamsThatBreakOffInTheirMiddle) {
  bench b(bench::small());

  for (int i = 0; i < 4; ++i) b.call(answer_script().text("ba").fail({errc::unavailable, "broke"}));

  EXPECT_TRUE(b.open());
}

TEST(CircuitBreaker, CountsNoRefusalOfARequestAsAFailure) {
  bench b(bench::small());

  for (auto const code : {errc::invalid_argument, errc::unauthenticated, errc::permission_denied, errc::not_found,
                          errc::rate_limited, errc::quota_exceeded, errc::payload_too_large, errc::unsupported})
    for (int i = 0; i < 4; ++i) b.call(refusal(code));

  EXPECT_FALSE(b.open());
}

TEST(CircuitBreaker, ForgetsCallsThatLeftTheWindow) {
  bench b(bench::small());
  b.fail(1);
  b.succeed(4);
  b.fail(1);
  EXPECT_TRUE(b.states().empty());

  b.fail(1);

  EXPECT_EQ(b.states(), states{circuit_state::open});
}

TEST(CircuitBreaker, IgnoresCallsThatBeganBeforeItOpened) {
  bench b(bench::small());
  gate late;
  std::vector<std::shared_ptr<started_call<read_answer>>> old;
  for (int i = 0; i < 8; ++i) old.push_back(b.call(answer_script().wait(late).fail({errc::unavailable, "late"})));
  b.fail(4);
  b.advance(1'000);
  b.succeed(1);

  late.open();
  b.settle();

  EXPECT_TRUE(old.back()->ended);
  EXPECT_FALSE(b.open());
}

TEST(CircuitBreaker, SurvivesAWallClockThatIsSetBack) {
  bench b(bench::small());
  b.fail(4);
  b.clock->set(b.clock->now() - std::chrono::hours(1));
  EXPECT_TRUE(b.open());
  b.advance(1'000);

  b.succeed(1);

  EXPECT_FALSE(b.open());
}

TEST(CircuitBreaker, RefusesOptionsWithoutSense) {
  bench b;
  circuit_breaker_options options;
  options.window = options.min_calls - 1;
  EXPECT_THROW(circuit_breaker(b.vendor, options), error);
  options = circuit_breaker_options();
  options.failure_rate = 0;
  EXPECT_THROW(circuit_breaker(b.vendor, options), error);
  EXPECT_THROW(circuit_breaker(nullptr), error);
}

TEST(CircuitBreaker, ServesManyThreads) {
  auto const vendor = std::make_shared<scripted_provider>();
  std::atomic<int> asked{0};
  vendor->otherwise(
      [&](completion_request const&) { return asked++ % 2 == 0 ? refusal(errc::unavailable, 503) : answer("baik"); });
  auto options = bench::small();
  options.open_time = milliseconds(1);
  options.open_jitter = milliseconds(0);
  auto const subject = circuit_breaker(vendor, options);
  std::atomic<int> ended{0};

  boost::asio::thread_pool threads(4);
  for (int i = 0; i < 1'000; ++i)
    boost::asio::co_spawn(boost::asio::make_strand(threads), read_all(subject, question()),
                          [&](std::exception_ptr thrown, read_answer seen) {
                            ended += !thrown && (seen.finished || seen.why->code == errc::unavailable);
                          });
  threads.join();

  EXPECT_EQ(ended, 1'000);
}

}  // namespace
}  // namespace sambung::circuit_breaker_test
