#include <sambung/provider/decorators/fallback.hpp>

#include "support/provider_bench.hpp"

#include <gtest/gtest.h>

namespace sambung::fallback_test {
namespace {

using namespace testing;
using std::chrono::milliseconds;

struct bench : provider_bench {
  std::shared_ptr<provider> subject(fallback_options options = fallback_options()) {
    std::vector<fallback_candidate> candidates;
    candidates.emplace_back(vendor, "first");
    candidates.emplace_back(second, "second", "the spare");
    options.observer = events.sink();
    return fallback(std::move(candidates), std::move(options), clock);
  }

  std::shared_ptr<scripted_provider> second = std::make_shared<scripted_provider>();
};

TEST(Fallback, AsksTheFirstCandidateForItsModel) {
  bench b;
  b.vendor->push(answer("satu"));

  auto const call = b.start(read_all(b.subject(), question()));

  EXPECT_EQ(call->value->text, "satu");
  EXPECT_EQ(call->value->model, "first");
  EXPECT_EQ(b.vendor->requests()[0].model, "first");
  EXPECT_TRUE(b.second->requests().empty());
}

TEST(Fallback, TellsWhichCandidateAnsweredInsteadAndWhy) {
  bench b;
  b.vendor->push(refusal(errc::unavailable, 503)).push(refusal(errc::unavailable, 503));
  b.second->push(answer("dua")).push(answer("dua"));

  auto const streamed = b.start(read_all(b.subject(), question()));
  auto const whole = b.start(ask(b.subject(), question()));

  EXPECT_EQ(streamed->value->text, "dua");
  EXPECT_EQ(streamed->value->model, "second");
  EXPECT_EQ((*whole->value)->model, "second");
  auto const told = b.events.all<fell_back>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].from, "first");
  EXPECT_EQ(told[0].to, "the spare");
  EXPECT_EQ(told[0].why.status, 503);
}

TEST(Fallback, GoesOnWhenA200IsFollowedAtOnceByAnError) {
  bench b;
  b.vendor->push(answer_script().usage(1, 0).fail({errc::provider_error, "an error in a 200"}));
  b.second->push(answer("dua"));

  auto const call = b.start(read_all(b.subject(), question()));

  EXPECT_EQ(call->value->text, "dua");
  EXPECT_EQ(call->value->events.size(), 2U);
}

TEST(Fallback, NeverGoesOnAfterContent) {
  bench b;
  b.vendor->push(answer_script().reasoning("hm").fail({errc::unavailable, "broke"}));

  auto const call = b.start(read_all(b.subject(), question()));

  EXPECT_EQ(call->value->why->code, errc::unavailable);
  EXPECT_EQ(call->value->events.size(), 1U);
  EXPECT_TRUE(b.second->requests().empty());
}

TEST(Fallback, GoesOnUnlessTheRequestIsToBlame) {
  for (auto const& row : errc_table()) {
    bool const about_the_request = row.code == errc::invalid_argument || row.code == errc::cancelled ||
                                   row.code == errc::conflict || row.code == errc::already_exists ||
                                   row.code == errc::data_loss || row.code == errc::internal;
    bench b;
    b.vendor->push(refusal(row.code));
    b.second->push(answer("dua"));

    auto const call = b.start(read_all(b.subject(), question()));

    ASSERT_TRUE(call->ended);
    EXPECT_EQ(b.second->requests().size(), about_the_request ? 0U : 1U) << row.name;
    EXPECT_EQ(call->value->why.has_value(), about_the_request) << row.name;
  }
}

TEST(Fallback, FailsLikeTheLastCandidate) {
  bench b;
  b.vendor->push(refusal(errc::unavailable, 503));
  b.second->push(refusal(errc::rate_limited, 429, milliseconds(7)));

  auto const call = b.start(read_all(b.subject(), question()));

  EXPECT_EQ(call->value->why->code, errc::rate_limited);
  EXPECT_EQ(call->value->why->retry_after, milliseconds(7));
}

TEST(Fallback, LosesPatienceWithACandidateButNotWithTheLast) {
  bench b;
  gate never, late;
  b.vendor->push(answer_script().usage(1, 1).wait(never).text("never"));
  b.second->push(answer_script().wait(late).text("dua").finish());
  fallback_options options;
  options.patience = milliseconds(100);

  auto const call = b.start(read_all(b.subject(options), question()));
  b.advance(99);
  EXPECT_TRUE(b.second->requests().empty());
  b.advance(1);
  EXPECT_EQ(b.second->requests().size(), 1U);
  EXPECT_EQ(b.vendor->abandoned(), 1U);
  b.advance(1'000);
  late.open();
  b.settle();

  ASSERT_TRUE(call->ended);
  EXPECT_EQ(call->value->text, "dua");
  EXPECT_EQ(b.events.all<fell_back>()[0].why.code, errc::deadline_exceeded);
}

TEST(Fallback, AsksNobodyElseOnceItIsCancelled) {
  for (bool const patient : {true, false}) {
    bench b;
    gate never;
    b.vendor->push(answer_script().wait(never).text("never"));
    fallback_options options;
    if (patient) options.patience = milliseconds(100);

    auto const call = b.start(read_all(b.subject(options), question()));
    b.cancel(call);

    ASSERT_TRUE(call->ended);
    EXPECT_TRUE(call->was_cancelled());
    EXPECT_TRUE(b.second->requests().empty());
    EXPECT_EQ(b.clock->sleeping(), 0U);
  }
}

TEST(Fallback, KeepsTheModelOfTheRequestForCandidatesWithoutOne) {
  bench b;
  b.vendor->push(answer("satu"));
  std::vector<fallback_candidate> candidates;
  candidates.emplace_back(b.vendor, "");

  sync_wait(read_all(fallback(candidates), question()));

  EXPECT_EQ(b.vendor->requests()[0].model, "scripted");
}

TEST(Fallback, PaysEveryCandidateOfOneHostWithTheSameKey) {
  bench b;
  b.vendor->take_keys_for("api.example.com").push(refusal(errc::unavailable, 503));
  b.second->take_keys_for("api.example.com").push(answer("dua"));
  auto const request = paid_question("api.example.com");

  auto const subject = b.subject();
  auto const call = b.start(read_all(subject, request));

  EXPECT_EQ(subject->key_host(), "api.example.com");
  EXPECT_EQ(call->value->text, "dua");
  EXPECT_EQ(b.vendor->requests()[0].credential, request.credential);
  EXPECT_EQ(b.second->requests()[0].credential, request.credential);
}

TEST(Fallback, TakesNoKeysWhenItsCandidatesAreOfSeveralHosts) {
  for (std::string const other : {"api.example.org", ""}) {
    bench b;
    b.vendor->take_keys_for("api.example.com").push(answer("satu"));
    if (!other.empty()) b.second->take_keys_for(other);
    auto const subject = b.subject();

    auto const paid = b.start(read_all(subject, paid_question("api.example.com")));
    EXPECT_EQ(subject->key_host(), "");
    EXPECT_EQ(paid->value->why->code, errc::permission_denied);
    EXPECT_TRUE(b.vendor->requests().empty() && b.second->requests().empty());

    auto const unpaid = b.start(read_all(subject, question()));
    EXPECT_EQ(unpaid->value->text, "satu");
  }
}

TEST(Fallback, RefusesToHaveNoCandidates) {
  std::vector<fallback_candidate> without_provider;
  without_provider.emplace_back(nullptr, "m");
  EXPECT_THROW(fallback({}), error);
  EXPECT_THROW(fallback(without_provider), error);
}

TEST(Fallback, OffersWhatTheFirstCandidateOffers) {
  bench b;
  EXPECT_EQ(sync_wait(b.subject()->models()).value()[0].id, "scripted");
  EXPECT_TRUE(sync_wait(b.subject()->check()));
}

TEST(Fallback, IsBehindOneNameForSeveralModels) {
  provider_registry registry;
  auto const first = std::make_shared<scripted_provider>();
  auto const second = std::make_shared<scripted_provider>();
  first->push(answer_script().fail({errc::unavailable, "away"}));
  second->push(answer_script().text("hi").finish());
  registry.add("a", first).add("b", second).alias("other", "b/two");
  fallback_alias(registry, "smart", {"a/one", "other"});
  registry.alias("best", "smart");

  auto const found = registry.find_model("best").value();
  auto asked = question();
  asked.model = std::string(found.model);
  auto const given = sync_wait(found.provider->complete(std::move(asked))).value();

  EXPECT_EQ(found.full_name, "a/one");
  EXPECT_EQ(text_of(given.parts), "hi");
  EXPECT_EQ(given.billed_as, "b/two");
  EXPECT_EQ(first->requests().at(0).model, "one");
  EXPECT_EQ(second->requests().at(0).model, "two");
  EXPECT_EQ(registry.find_model("a/one").value().provider, first);
  EXPECT_THROW(fallback_alias(registry, "lost", {"a/one", "c/three"}), error);
  EXPECT_THROW(fallback_alias(registry, "none", {}), error);
}

}  // namespace
}  // namespace sambung::fallback_test
