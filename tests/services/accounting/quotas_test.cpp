// Quotas: met before a call, met while an answer arrives, and counted across engines.
#include "support/desk.hpp"
#include "support/vault_desk.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>

namespace sambung::quotas_test {
namespace {

using testing::answer_script;
using testing::manual_clock;
using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::read_all;

quota_key const tokens_a_day(quota_subject::tenant, quota_period::day, quota_measure::tokens);

// A micro-dollar for each token.
price_list even_prices() {
  return price_list::parse(
             R"({"prices":[{"model":"scripted/model","from":"2020-01-01","input":1000000,"output":1000000},
                           {"model":"scripted/free","from":"2020-01-01","input":0,"output":0}]})")
      .value();
}

// Every answer takes six tokens of input and four of output, as reported.
void answer_ten_tokens(desk& d) {
  d.model->otherwise(
      [](completion_request const&) { return answer_script().text("0123456789012345").usage(6, 4).finish(); });
}

desk_options at_a_known_time(std::shared_ptr<manual_clock> const& clock) {
  desk_options options;
  options.clock = clock;
  options.prices = even_prices();
  return options;
}

completion_request asking(std::string model = "scripted/model") {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "12345678");
  return completion_request(std::move(model), std::move(messages));
}

std::optional<errc> call_as(desk& d, user_id who, std::string model = "scripted/model") {
  auto completions = d.as(who).completions();
  return code_of(completions.complete(asking(std::move(model))));
}
std::optional<errc> call(desk& d) { return call_as(d, d.user); }

message answer_in(desk& d, chat_id chat) {
  auto turn = sync_wait(d.chats().send(chat, "12345678"));
  return sync_wait(turn.answer());
}

std::int64_t used_of(desk& d) { return sync_wait(d.as(d.user).quotas().mine()).at(0).used; }

TEST(Quota, LetsNothingBeginOnceItIsUsedUp) {
  auto const clock = std::make_shared<manual_clock>();
  desk d(at_a_known_time(clock));
  answer_ten_tokens(d);
  auto const quotas = d.as(d.user).quotas();
  sync_wait(quotas.set(tokens_a_day, 10));
  auto const chat = d.new_chat();
  EXPECT_EQ(answer_in(d, chat.id).state, message_state::complete);

  auto chats = d.chats();
  auto const refused = sync_wait(as_result(chats.send(chat.id, "again")));

  ASSERT_FALSE(refused);
  auto const& why = refused.error();
  EXPECT_EQ(why.code, errc::quota_exceeded);
  EXPECT_EQ(why.retry_after, std::chrono::hours(24));
  std::vector<issue> const details{{"quota", "tenant/day/tokens"},
                                   {"setBy", "tenant"},
                                   {"limit", "10"},
                                   {"used", "10"},
                                   {"resetsAt", "2026-01-02T00:00:00.000Z"}};
  EXPECT_EQ(why.issues, details);
  EXPECT_EQ(d.model->requests().size(), 1U);
  EXPECT_EQ(sync_wait(d.chats().messages(chat.id)).items.size(), 2U);
  EXPECT_EQ(call(d), errc::quota_exceeded);
}

TEST(Quota, StoresNothingOfAQuestionThatAloneUsesItUp) {
  desk d;
  answer_ten_tokens(d);
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 16));
  auto const chat = d.new_chat();
  auto const answer = answer_in(d, chat.id);
  auto const chats = d.chats();

  // Six more of input leave no room for an answer.
  EXPECT_EQ(code_of(chats.send(chat.id, "12345678")), errc::quota_exceeded);
  EXPECT_EQ(code_of(chats.edit(answer.parent_id.value(), "12345678")), errc::quota_exceeded);
  EXPECT_EQ(code_of(chats.regenerate(answer.id)), errc::quota_exceeded);

  EXPECT_EQ(sync_wait(chats.messages(chat.id)).items.size(), 2U);
  EXPECT_EQ(sync_wait(chats.alternatives(answer.id)).items.size(), 1U);
  EXPECT_EQ(sync_wait(chats.get(chat.id)).head_id, answer.id);
  EXPECT_EQ(d.model->requests().size(), 1U);
  EXPECT_EQ(used_of(d), 10);
}

TEST(Quota, EndsATurnUnaskedWhenTheQuestionFitsAndItsChatDoesNot) {
  desk d;
  answer_ten_tokens(d);
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 21));
  auto const chat = d.new_chat();
  answer_in(d, chat.id);

  auto const answer = answer_in(d, chat.id);

  EXPECT_EQ(answer.state, message_state::incomplete);
  EXPECT_EQ(answer.reason, message_reason::quota_exceeded);
  EXPECT_EQ(d.model->requests().size(), 1U);
  EXPECT_EQ(used_of(d), 10);
  EXPECT_EQ(answer_in(d, d.new_chat().id).state, message_state::complete);
}

TEST(Quota, HoldsNothingForAQuestionThatIsNotAsked) {
  class no_context final : public context_policy {
    std::unique_ptr<builder> begin(std::string_view) const override { return nullptr; }
  };
  desk_options options;
  options.context = std::make_shared<no_context>();
  desk d(options);
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 10));

  for (int i = 0; i < 3; ++i) EXPECT_EQ(answer_in(d, d.new_chat().id).state, message_state::failed);

  EXPECT_EQ(used_of(d), 0);
}

TEST(Quota, HoldsNothingForAQuestionThatMeetsARunningTurn) {
  desk d;
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 20));
  testing::gate open;
  d.model->push(answer_script().wait(open).usage(6, 4).finish());
  auto const chat = d.new_chat();
  auto running = sync_wait(d.chats().send(chat.id, "12345678"));

  for (int i = 0; i < 3; ++i) EXPECT_EQ(code_of(d.chats().send(chat.id, "12345678")), errc::conflict);

  open.open();
  sync_wait(running.answer());
  EXPECT_EQ(used_of(d), 10);
}

TEST(Quota, IsMetExactly) {
  desk d;
  answer_ten_tokens(d);
  auto const quotas = d.as(d.user).quotas();

  // Six tokens of input leave no room for an answer in six, and some in seven.
  sync_wait(quotas.set(tokens_a_day, 6));
  EXPECT_EQ(call(d), errc::quota_exceeded);
  sync_wait(quotas.set(tokens_a_day, 7));
  EXPECT_EQ(call(d), std::nullopt);
  EXPECT_EQ(used_of(d), 10);
  sync_wait(quotas.set(tokens_a_day, 16));
  EXPECT_EQ(call(d), errc::quota_exceeded);
  sync_wait(quotas.set(tokens_a_day, 17));
  EXPECT_EQ(call(d), std::nullopt);
  sync_wait(quotas.set(tokens_a_day, 0));
  EXPECT_EQ(call(d), errc::quota_exceeded);
  sync_wait(quotas.remove(tokens_a_day));
  EXPECT_EQ(call(d), std::nullopt);
  EXPECT_EQ(code_of(quotas.remove(tokens_a_day)), errc::not_found);
}

TEST(Quota, EndsATurnCleanlyWhereItIsPassed) {
  desk_options options;
  options.prices = even_prices();
  desk d(options);
  auto const quotas = d.as(d.user).quotas();
  sync_wait(quotas.set(tokens_a_day, 10));
  testing::gate never;
  d.model->push(answer_script().text("aaaa").text("bbbbbbbb").text("cccc").text("dddd").wait(never));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "12345678"));

  auto const got = read_all(turn);
  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::incomplete);
  EXPECT_EQ(answer.reason, message_reason::quota_exceeded);
  EXPECT_EQ(got.text, "aaaabbbbbbbbccccdddd");  // six of input and four of output fit; the next event does not
  EXPECT_NE(got.end->error.value().find("quota of tokens"), std::string::npos);
  EXPECT_EQ(answer.usage->output_tokens, 5);
  EXPECT_TRUE(answer.usage->estimated);
  EXPECT_EQ(answer.cost_microusd, 11);
  EXPECT_EQ(d.usage().front().output_tokens, 5);
  EXPECT_EQ(d.model->abandoned(), 1U);
  EXPECT_EQ(used_of(d), 11);
  never.open();
}

TEST(Quota, LeavesACompleteAnswerCompleteWhenItsReportPassesIt) {
  desk d;
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 20));
  d.model->push(answer_script().text("abcd").usage(500, 500).finish());

  EXPECT_EQ(answer_in(d, d.new_chat().id).state, message_state::complete);
  EXPECT_EQ(call(d), errc::quota_exceeded);
}

TEST(Quota, EndsAStreamWithoutAChatAndLetsTheVendorGo) {
  desk d;
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 8));
  testing::gate never;
  d.model->push(answer_script().text("abcd").text("abcdefgh").wait(never));
  auto completions = d.as(d.user).completions();
  auto const stream = sync_wait(completions.stream(asking()));

  EXPECT_TRUE(sync_wait(stream->next()));
  EXPECT_TRUE(sync_wait(stream->next()));
  auto const end = sync_wait(stream->next());

  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, errc::quota_exceeded);
  EXPECT_EQ(d.model->abandoned(), 1U);
  EXPECT_EQ(used_of(d), 9);
  never.open();
}

TEST(Quota, CountsWhatIsStillInFlight) {
  desk d;
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 20));
  testing::gate open;
  d.model->push(answer_script().text("abcd").wait(open).usage(6, 1).finish());
  auto completions = d.as(d.user).completions();
  auto first = sync_wait(completions.stream(asking()));
  sync_wait(first->next()).value();
  EXPECT_EQ(used_of(d), 7);

  d.model->push(answer_script().text("abcd").wait(open).finish());
  auto second = sync_wait(completions.stream(asking()));
  EXPECT_EQ(used_of(d), 13);
  d.model->push(answer_script().finish());
  EXPECT_EQ(call(d), std::nullopt);
  EXPECT_EQ(call(d), errc::quota_exceeded);

  first.reset();
  second.reset();
  open.open();
}

TEST(Quota, GivesBackWhatARefusedCallHeld) {
  desk d;
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 10));
  d.model->otherwise([](completion_request const&) { return answer_script().fail(failure(errc::unavailable, "no")); });

  for (int i = 0; i < 3; ++i) EXPECT_EQ(call(d), errc::unavailable);

  EXPECT_EQ(used_of(d), 0);
}

TEST(Quota, BeginsAnewWithTheDayAndTheMonth) {
  auto const clock = std::make_shared<manual_clock>();  // 2026-01-01
  desk d(at_a_known_time(clock));
  answer_ten_tokens(d);
  auto const quotas = d.as(d.user).quotas();
  sync_wait(quotas.set(tokens_a_day, 10));
  sync_wait(quotas.set(quota_key(quota_subject::tenant, quota_period::month, quota_measure::tokens), 20));

  EXPECT_EQ(call(d), std::nullopt);
  EXPECT_EQ(call(d), errc::quota_exceeded);
  clock->set(*parse_iso8601("2026-01-01T23:59:59.999Z"));
  EXPECT_EQ(call(d), errc::quota_exceeded);
  clock->set(*parse_iso8601("2026-01-02T00:00:00Z"));
  EXPECT_EQ(call(d), std::nullopt);
  clock->set(*parse_iso8601("2026-01-31T23:59:59.999Z"));
  EXPECT_EQ(call(d), errc::quota_exceeded);
  clock->set(*parse_iso8601("2026-02-01T00:00:00Z"));
  EXPECT_EQ(call(d), std::nullopt);
}

TEST(Quota, OfEachUserHoldsForEachAloneUnlessTheyHaveTheirOwn) {
  desk d;
  answer_ten_tokens(d);
  auto const bob = d.add_user("bob", member_role::member);
  auto const eve = d.add_user("eve", member_role::member);
  auto const quotas = d.as(d.user).quotas();
  sync_wait(quotas.set(quota_key(quota_subject::each_user, quota_period::day, quota_measure::tokens), 10));
  sync_wait(quotas.set(quota_key(eve, quota_period::day, quota_measure::tokens), 20));

  EXPECT_EQ(call_as(d, d.user), std::nullopt);
  EXPECT_EQ(call_as(d, d.user), errc::quota_exceeded);
  EXPECT_EQ(call_as(d, bob), std::nullopt);
  EXPECT_EQ(call_as(d, bob), errc::quota_exceeded);
  EXPECT_EQ(call_as(d, eve), std::nullopt);
  EXPECT_EQ(call_as(d, eve), std::nullopt);
  EXPECT_EQ(call_as(d, eve), errc::quota_exceeded);
  auto const mine = sync_wait(d.as(eve, member_role::member).quotas().mine());
  ASSERT_EQ(mine.size(), 1U);
  EXPECT_EQ(mine.front().limit, 20);
  EXPECT_EQ(mine.front().used, 20);
}

TEST(Quota, OfMoneyCountsWhatHasAPrice) {
  desk_options options;
  options.prices = even_prices();
  desk d(options);
  answer_ten_tokens(d);
  sync_wait(d.as(d.user).quotas().set(quota_key(quota_subject::tenant, quota_period::month, quota_measure::money), 10));

  EXPECT_EQ(call_as(d, d.user, "scripted/unknown"), std::nullopt);
  EXPECT_EQ(used_of(d), 0);
  EXPECT_EQ(call(d), std::nullopt);
  EXPECT_EQ(used_of(d), 10);
  EXPECT_EQ(call(d), errc::quota_exceeded);
  EXPECT_EQ(call_as(d, d.user, "scripted/free"), std::nullopt);
}

TEST(Quota, OfMoneyIsThatOfWhoseKeyPays) {
  desk_options options;
  options.prices = even_prices();
  tests::vault_desk d(options);
  answer_ten_tokens(d);
  quota_key const money(quota_subject::tenant, quota_period::month, quota_measure::money);
  sync_wait(d.engine->quotas(d.tenant).set(money, 1'000));
  sync_wait(d.as(d.user).quotas().set(money, 1'000));
  auto const used = [&] {
    std::map<quota_authority, std::int64_t> all;
    for (auto const& one : sync_wait(d.as(d.user).quotas().mine())) all[one.authority] = one.used;
    return all;
  };

  EXPECT_EQ(call(d), std::nullopt);
  EXPECT_EQ(used(),
            (std::map<quota_authority, std::int64_t>{{quota_authority::platform, 10}, {quota_authority::tenant, 10}}));
  d.add("sk-of-the-tenant", key_owner::tenant);
  EXPECT_EQ(call(d), std::nullopt);
  EXPECT_EQ(used(),
            (std::map<quota_authority, std::int64_t>{{quota_authority::platform, 10}, {quota_authority::tenant, 20}}));
  d.add("sk-of-the-user");
  EXPECT_EQ(call(d), std::nullopt);
  EXPECT_EQ(used(),
            (std::map<quota_authority, std::int64_t>{{quota_authority::platform, 10}, {quota_authority::tenant, 20}}));

  sync_wait(d.as(d.user).quotas().set(money, 0));
  EXPECT_EQ(call(d), std::nullopt) << "a key of one's own is one's own money";
}

TEST(Quota, OfTheOperatorIsNotTheTenantsToChange) {
  desk d;
  answer_ten_tokens(d);
  sync_wait(d.engine->quotas(d.tenant).set(tokens_a_day, 10));

  auto const quotas = d.as(d.user).quotas();
  sync_wait(quotas.set(tokens_a_day, 1'000));
  EXPECT_EQ(call(d), std::nullopt);
  EXPECT_EQ(call(d), errc::quota_exceeded);
  sync_wait(quotas.remove(tokens_a_day));

  EXPECT_EQ(call(d), errc::quota_exceeded);
  EXPECT_EQ(code_of(quotas.remove(tokens_a_day)), errc::not_found);
  auto const all = sync_wait(quotas.list()).items;
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().authority, quota_authority::platform);
}

TEST(Quota, IsSetByOwnersAndNoted) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  auto const stranger = sync_wait(d.engine->tenants().create("globex"));
  auto const eve = sync_wait(d.engine->users().create(stranger.id, "eve@globex.example")).id;
  for (auto const role : {member_role::admin, member_role::member, member_role::viewer}) {
    EXPECT_EQ(code_of(d.as(bob, role).quotas().set(tokens_a_day, 1)), errc::permission_denied);
    EXPECT_EQ(code_of(d.as(bob, role).quotas().remove(tokens_a_day)), errc::permission_denied);
    EXPECT_EQ(code_of(d.as(bob, role).quotas().mine()), std::nullopt);
  }
  EXPECT_EQ(code_of(d.as(bob, member_role::admin).quotas().list()), std::nullopt);
  EXPECT_EQ(code_of(d.as(bob, member_role::member).quotas().list()), errc::permission_denied);
  auto const quotas = d.as(d.user).quotas();

  EXPECT_EQ(code_of(quotas.set(quota_key(eve, quota_period::day, quota_measure::tokens), 1)), errc::not_found);
  EXPECT_EQ(code_of(quotas.set(tokens_a_day, -1)), errc::invalid_argument);
  EXPECT_EQ(code_of(quotas.set(quota_key(quota_subject::user, quota_period::day, quota_measure::tokens), 1)),
            errc::invalid_argument);
  auto both = tokens_a_day;
  both.user_id = bob;
  EXPECT_EQ(code_of(quotas.set(both, 1)), errc::invalid_argument);
  auto const first = sync_wait(quotas.set(tokens_a_day, 5));
  auto const second = sync_wait(quotas.set(tokens_a_day, 6));
  sync_wait(d.engine->quotas(d.tenant).set(tokens_a_day, 7));

  EXPECT_EQ(first.id, second.id);
  EXPECT_EQ(second.revision, 2);
  auto const noted = sync_wait(d.as(d.user).audit().list()).items;
  EXPECT_EQ(noted.at(0).action, "quota.set");
  EXPECT_EQ(noted.at(0).actor_id, std::nullopt);
  EXPECT_EQ(noted.at(1).detail, "6");
  EXPECT_EQ(noted.at(1).subject, "tenant/day/tokens");
  EXPECT_EQ(noted.at(1).actor_id, d.user);
}

TEST(Quota, IsPassedByManyAtOnceByNoMoreThanAnEventEach) {
  desk_options options;
  options.turns.max_per_user = 64;
  desk d(options);
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 1'000));
  constexpr int calls = 16;
  testing::gate all_sent;
  d.model->otherwise([all_sent](completion_request const&) {
    answer_script script;
    script.wait(all_sent);
    for (int i = 0; i < 500; ++i) script.text("abcd");
    return script.finish();
  });
  std::vector<turn> turns;
  for (int i = 0; i < calls; ++i) turns.push_back(sync_wait(d.chats().send(d.new_chat().id, "12345678")));

  all_sent.open();
  for (auto& one : turns) sync_wait(one.answer());

  std::int64_t stored = 0;
  for (auto const& one : d.usage()) stored += one.input_tokens + one.output_tokens;
  EXPECT_GE(stored, 1'000);
  EXPECT_LE(stored, 1'000 + calls);
  EXPECT_EQ(used_of(d), stored);
}

TEST(Quota, CountsWhatWasUsedBeforeTheEngineStarted) {
  tests::lasting_database database;
  auto const on_it = [&] {
    desk_options options;
    options.storage = database.open();
    return options;
  };
  {
    desk before(on_it());
    answer_ten_tokens(before);
    EXPECT_EQ(call(before), std::nullopt);
    sync_wait(before.as(before.user).quotas().set(tokens_a_day, 20));
    answer_in(before, before.new_chat().id);
    EXPECT_EQ(call(before), errc::quota_exceeded);
  }

  desk after(on_it());
  answer_ten_tokens(after);

  EXPECT_EQ(used_of(after), 20);
  EXPECT_EQ(call(after), errc::quota_exceeded);
}

TEST(Quota, SetLateCountsWhatIsNotWrittenYet) {
  auto const clock = std::make_shared<manual_clock>();
  desk d(at_a_known_time(clock));
  answer_ten_tokens(d);
  sync_wait(
      d.as(d.user).quotas().set(quota_key(quota_subject::tenant, quota_period::month, quota_measure::tokens), 100));

  EXPECT_EQ(call(d), std::nullopt);  // in memory until the clock goes on
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 10));

  EXPECT_TRUE(d.usage().empty());
  EXPECT_EQ(call(d), errc::quota_exceeded);
}

TEST(Quota, IsSharedByTwoEnginesAsStorageTells) {
  auto const clock = std::make_shared<manual_clock>();
  auto const options_for = [&](std::shared_ptr<storage> store) {
    auto options = at_a_known_time(clock);
    options.storage = std::move(store);
    options.deployment = deployment::shared;
    return options;
  };
  desk here(options_for(tests::fresh_storage()));
  desk there(options_for(here.storage));
  answer_ten_tokens(here);
  answer_ten_tokens(there);
  sync_wait(here.as(here.user).quotas().set(tokens_a_day, 25));
  answer_in(here, here.new_chat().id);
  answer_in(there, there.new_chat().id);  // it reads the quota, and what was used here
  EXPECT_EQ(used_of(there), 20);

  clock->advance(std::chrono::seconds(11));
  EXPECT_EQ(code_of(here.chats().send(here.new_chat().id, "12345678")), errc::quota_exceeded) << "six into five";

  EXPECT_EQ(here.model->requests().size(), 1U);
  EXPECT_EQ(used_of(here), 20);
  EXPECT_EQ(used_of(there), 20);
}

TEST(Quota, CountsOnceWhenStorageWasAwayAtTheEndOfATurn) {
  auto const clock = std::make_shared<manual_clock>();
  auto options = at_a_known_time(clock);
  auto const storage = std::make_shared<tests::watched_storage>(options.storage);
  options.storage = storage;
  desk d(options);
  sync_wait(d.as(d.user).quotas().set(tokens_a_day, 1'000));
  testing::gate end;
  d.model->push(answer_script().text("abcd").wait(end).usage(6, 4).finish());
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "12345678"));
  tests::read_first_text(turn);
  auto const sleeping = clock->sleeping();
  storage->refuse_tenants(errc::unavailable);
  end.open();
  EXPECT_TRUE(clock->wait_for_sleepers(std::min<std::size_t>(sleeping, 1)));

  storage->refuse_tenants(std::nullopt);
  std::jthread const ticking([&](std::stop_token stop) {
    while (!stop.stop_requested()) clock->advance(std::chrono::milliseconds(1)), std::this_thread::yield();
  });
  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_EQ(d.usage().size(), 1U);
  EXPECT_EQ(d.usage().front().requests, 1);
  EXPECT_EQ(used_of(d), 10);
}

TEST(Quota, CountsATurnOnceThatAnotherServerHasSettledMeanwhile) {
  auto const clock = std::make_shared<manual_clock>();
  auto options = at_a_known_time(clock);
  options.storage = tests::fresh_storage();
  options.deployment = deployment::shared;
  desk here(options);
  sync_wait(here.as(here.user).quotas().set(tokens_a_day, 1'000));
  testing::gate end;
  here.model->push(answer_script().text("12345678").wait(end).usage(6, 4).finish());
  auto turn = sync_wait(here.chats().send(here.new_chat().id, "12345678"));
  while (text_of(sync_wait(here.chats().get_message(turn.message_id())).parts).empty())
    clock->advance(std::chrono::milliseconds(250));

  options.deployment = deployment::sole;
  desk there(options);  // which takes every other server for lost
  end.open();
  EXPECT_EQ(sync_wait(turn.answer()).reason, message_reason::server_lost);
  clock->advance(std::chrono::seconds(11));

  EXPECT_EQ(used_of(here), 6 + 4);
  EXPECT_EQ(used_of(there), 6 + 2) << "what was estimated";
}

TEST(Quota, GoesWithItsUserAndItsTenant) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  auto const quotas = d.as(d.user).quotas();
  sync_wait(quotas.set(tokens_a_day, 10));
  sync_wait(quotas.set(quota_key(bob, quota_period::day, quota_measure::tokens), 20));
  auto const exported = sync_wait(d.account(bob).export_data(page_request(max_page_size))).items;
  EXPECT_EQ(std::ranges::count(exported, "quotas", &exported_record::table), 1);

  sync_wait(d.engine->users().erase(bob));
  EXPECT_EQ(d.all_in<quota>(d.tenant).size(), 1U);

  sync_wait(d.engine->tenants().erase(d.tenant));
  EXPECT_TRUE(d.all_in<quota>(d.tenant).empty());
}

}  // namespace
}  // namespace sambung::quotas_test
