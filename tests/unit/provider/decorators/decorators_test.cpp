// Whatever is stacked in whatever order over vendors that fail in whatever way: what every reader may rely on.
#include <sambung/provider/decorators/circuit_breaker.hpp>
#include <sambung/provider/decorators/fallback.hpp>
#include <sambung/provider/decorators/rate_limit.hpp>
#include <sambung/provider/decorators/response_cache.hpp>
#include <sambung/provider/decorators/retry.hpp>

#include "support/provider_bench.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>

namespace sambung::decorators_test {
namespace {

using namespace testing;
using std::chrono::milliseconds;

constexpr int calls_per_stack = 12;
constexpr milliseconds deadline{20'000};
constexpr milliseconds max_wait{10'000};

using dice = std::mt19937_64;

int roll(dice& random, int sides) { return static_cast<int>(random() % static_cast<std::uint64_t>(sides)); }

// The same waits in every run.
class seeded_random final : public random_source {
 public:
  explicit seeded_random(std::uint64_t seed) : dice_(seed) {}
  void fill(std::span<std::byte> out) override {
    for (auto& one : out) one = static_cast<std::byte>(dice_());
  }

 private:
  dice dice_;
};

// What vendors did, by the number in the text of their answers.
struct ledger {
  int next = 0;
  std::map<std::string, int> asked;       // how often, by question
  std::map<std::string, int> began_with;  // question: which of its answers gave content first
};

failure any_failure(dice& random) {
  constexpr std::array codes{errc::unavailable,    errc::provider_error,  errc::rate_limited,
                             errc::quota_exceeded, errc::unauthenticated, errc::deadline_exceeded,
                             errc::not_found,      errc::invalid_argument};
  constexpr std::array statuses{0, 408, 429, 500, 503, 529, 400};
  failure why(codes[random() % codes.size()], "no");
  why.status = statuses[random() % statuses.size()];
  if (roll(random, 4) == 0) why.retry_after = milliseconds(roll(random, 40'000));
  return why;
}

// Pieces that tell which answer they are of and which piece: "7.0 7.1 7.2 ".
answer_script any_answer(dice& random, ledger& book, std::string const& question_text) {
  ++book.asked[question_text];
  int const number = book.next++;
  auto const piece = [&](int i) { return std::to_string(number) + '.' + std::to_string(i) + ' '; };
  answer_script script;
  bool const silent = roll(random, 6) == 0;
  if (silent) script.wait(gate());  // never opens
  if (roll(random, 4) == 0) return script.fail(any_failure(random));
  if (roll(random, 4) == 0) script.usage(1, 0);
  if (roll(random, 5) == 0) return script.fail(any_failure(random));
  if (roll(random, 8) == 0) return script;
  int const pieces = 1 + roll(random, 4);
  for (int i = 0; i < pieces; ++i) script.text(piece(i));
  if (!silent) book.began_with.emplace(question_text, number);
  if (roll(random, 4) == 0) return script.fail(any_failure(random));
  if (roll(random, 6) == 0) return script;
  if (roll(random, 2) == 0) script.usage(3, 4);
  return script.finish(roll(random, 5) == 0 ? finish_reason::length : finish_reason::stop);
}

struct stack {
  explicit stack(std::uint64_t seed)
      : random(seed), book(std::make_shared<ledger>()), waits(std::make_shared<seeded_random>(seed)) {
    for (auto const& vendor : {bench.vendor, spare})
      vendor->otherwise(
          [this](completion_request const& r) { return any_answer(random, *book, text_of(r.messages[0].parts)); });
    subject = bench.vendor;
    int const height = 1 + roll(random, 5);
    for (int i = 0; i < height; ++i) add(roll(random, 5));
    // Whatever stands above: somebody has to bound the silence of a vendor.
    add(0);
  }

  void add(int which) {
    names += std::to_string(which);
    switch (which) {
      case 0: {
        retry_options options;
        options.deadline = deadline;
        options.budget_burst = 1'000;
        subject = retrying(subject, options, bench.clock, waits);
        return;
      }
      case 1: {
        std::vector<fallback_candidate> candidates;
        candidates.emplace_back(subject, "first");
        candidates.emplace_back(spare, "second");
        fallback_options options;
        if (roll(random, 2) == 0) options.patience = milliseconds(3'000);
        subject = fallback(std::move(candidates), options, bench.clock);
        return;
      }
      case 2: {
        circuit_breaker_options options;
        options.window = 6;
        options.min_calls = 3;
        options.open_time = milliseconds(2'000);
        subject = circuit_breaker(subject, options, bench.clock, waits);
        return;
      }
      case 3: {
        rate_limited_options options;
        options.requests_per_minute = 120;
        options.tokens_per_minute = 20'000;
        options.max_wait = max_wait;
        subject = rate_limited(subject, options, bench.clock);
        return;
      }
      default:
        subject = cached(subject, cached_options(), bench.clock);
    }
  }

  provider_bench bench;
  std::shared_ptr<scripted_provider> spare = std::make_shared<scripted_provider>();
  dice random;
  std::shared_ptr<ledger> book;
  std::shared_ptr<random_source> waits;
  std::shared_ptr<provider> subject;
  std::string names;  // for the message of a failure
};

// One answer from its first piece on, in order, none twice.
void expect_pieces_of_one_answer(read_answer const& seen) {
  int answer = -1, piece = 0, ends = 0;
  for (auto const& event : seen.events) {
    ends += std::holds_alternative<completion_finished>(event);
    auto const* text = std::get_if<text_delta>(&event);
    if (!text) continue;
    EXPECT_EQ(ends, 0) << "text behind the end";
    int const number = std::stoi(text->text);
    if (answer < 0) answer = number;
    EXPECT_EQ(number, answer) << "two answers in one";
    EXPECT_EQ(text->text, std::to_string(answer) + '.' + std::to_string(piece++) + ' ');
  }
  EXPECT_LE(ends, 1);
  EXPECT_EQ(seen.finished, !seen.why.has_value());
}

void expect_no_retry_after_content(ledger const& book, std::string const& question_text, read_answer const& seen) {
  if (seen.text.empty()) return;
  int const delivered = std::stoi(seen.text);
  auto const began = book.began_with.find(question_text);
  ASSERT_NE(began, book.began_with.end());
  EXPECT_EQ(delivered, began->second) << "content came, and another answer was asked for";
}

TEST(Decorators, KeepTheirPromisesInEveryOrder) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    stack s(seed);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", from the inside: " + s.names);
    std::vector<std::shared_ptr<started_call<read_answer>>> calls;
    for (int i = 0; i < calls_per_stack; ++i) {
      auto request = question("question " + std::to_string(i));
      if (roll(s.random, 2) == 0) request.cache_scope = "acme/ada";
      calls.push_back(s.bench.start(read_all(s.subject, std::move(request))));
      if (roll(s.random, 3) == 0) s.bench.advance(roll(s.random, 2'000));
      if (roll(s.random, 10) == 0) s.bench.cancel(calls.back());
    }

    for (int i = 0; i < 200; ++i) s.bench.advance(deadline.count() / 200);

    for (int i = 0; i < calls_per_stack; ++i) {
      ASSERT_TRUE(calls[i]->ended) << "call " << i << " hangs";
      if (calls[i]->thrown) {
        EXPECT_TRUE(calls[i]->was_cancelled());
        continue;
      }
      auto const& seen = *calls[i]->value;
      expect_pieces_of_one_answer(seen);
      expect_no_retry_after_content(*s.book, "question " + std::to_string(i), seen);
      EXPECT_FALSE(seen.why && seen.why->code == errc::internal);
    }
    EXPECT_EQ(s.bench.clock->sleeping(), 0U);
    if (HasFailure()) return;
  }
}

TEST(Decorators, LeaveNothingBehindWhenEverythingIsCancelled) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    stack s(seed);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", from the inside: " + s.names);
    std::vector<std::shared_ptr<started_call<read_answer>>> calls;
    for (int i = 0; i < calls_per_stack; ++i)
      calls.push_back(s.bench.start(read_all(s.subject, question("question " + std::to_string(i)))));
    s.bench.advance(roll(s.random, 3'000));

    for (auto const& call : calls) s.bench.cancel(call);

    for (auto const& call : calls) EXPECT_TRUE(call->ended && (call->was_cancelled() || call->value));
    EXPECT_EQ(s.bench.clock->sleeping(), 0U);
    if (HasFailure()) return;
  }
}

// --- keys ---

constexpr char const* vendor_host = "api.example.com";

// Each decorator on its own over the bench's vendor.
std::vector<std::pair<std::string, std::shared_ptr<provider>>> each_decorator(provider_bench& bench) {
  bench.vendor->take_keys_for(vendor_host);
  std::vector<fallback_candidate> candidates;
  candidates.emplace_back(bench.vendor, "first");
  candidates.emplace_back(bench.vendor, "second");
  return {{"retrying", retrying(bench.vendor, retry_options(), bench.clock, bench.random)},
          {"fallback", fallback(std::move(candidates), fallback_options(), bench.clock)},
          {"circuit_breaker", circuit_breaker(bench.vendor, circuit_breaker_options(), bench.clock, bench.random)},
          {"rate_limited", rate_limited(bench.vendor, rate_limited_options(), bench.clock)},
          {"cached", cached(bench.vendor, cached_options(), bench.clock)}};
}

TEST(Decorators, PassOnTheKeyThatACallIsPaidWith) {
  for (std::string const scope : {"", "acme/ada"}) {
    provider_bench bench;
    bench.vendor->otherwise([](completion_request const&) { return answer("baik"); });
    for (auto const& [name, subject] : each_decorator(bench)) {
      SCOPED_TRACE(name);
      auto request = paid_question(vendor_host);
      request.cache_scope = scope;
      EXPECT_EQ(subject->key_host(), vendor_host);

      auto const streamed = bench.start(read_all(subject, request));
      auto const whole = bench.start(ask(subject, request));

      ASSERT_TRUE(streamed->ended && whole->ended);
      EXPECT_EQ(streamed->value->text, "baik");
      EXPECT_TRUE(*whole->value);
      auto const seen = bench.vendor->requests();
      ASSERT_GE(seen.size(), 2U);
      EXPECT_EQ(seen[seen.size() - 2].credential, request.credential);
      EXPECT_EQ(seen.back().credential, request.credential);
    }
    EXPECT_EQ(bench.vendor->requests().size(), 10U);
  }
}

TEST(Decorators, RefuseAKeyThatWasStoredForAnotherHost) {
  provider_bench bench;
  for (auto const& [name, subject] : each_decorator(bench)) {
    SCOPED_TRACE(name);

    auto const streamed = bench.start(read_all(subject, paid_question("api.example.org")));
    auto const whole = bench.start(ask(subject, paid_question("api.example.org")));

    ASSERT_TRUE(streamed->ended && whole->ended);
    EXPECT_EQ(streamed->value->why->code, errc::permission_denied);
    EXPECT_EQ(whole->value->error().code, errc::permission_denied);
  }
  EXPECT_TRUE(bench.vendor->requests().empty());
}

TEST(Decorators, TakeNoKeysOverAVendorThatTakesNone) {
  provider_bench bench;
  std::vector<std::shared_ptr<provider>> const stacked{retrying(bench.vendor), cached(bench.vendor)};

  for (auto const& subject : stacked) EXPECT_EQ(subject->key_host(), "");
}

}  // namespace
}  // namespace sambung::decorators_test
