// What turns and calls are counted and billed as, and how that is read.
#include "support/desk.hpp"

#include <sambung/provider/decorators/fallback.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace sambung::usage_test {
namespace {

using testing::answer_script;
using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::read_all;

// One micro-dollar for a token of input, a tenth when it is cached, and two for one of output.
price_list simple_prices() {
  return price_list::parse(R"({"prices":[
      {"model":"scripted/model","from":"2020-01-01","input":1000000,"cachedInput":100000,"output":2000000}]})")
      .value();
}

desk_options priced() {
  desk_options options;
  options.prices = simple_prices();
  return options;
}

token_usage usage_of_tokens(std::int64_t input, std::int64_t output) {
  token_usage used;
  used.input_tokens = input;
  used.output_tokens = output;
  return used;
}

completion_request asking(std::string model = "scripted/model") {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "12345678");
  return completion_request(std::move(model), std::move(messages));
}

message answer_to(desk& d, answer_script script, std::string model = "scripted/model") {
  d.model->push(std::move(script));
  auto const chat = sync_wait(d.chats().create("Test", std::move(model)));
  auto turn = sync_wait(d.chats().send(chat.id, "12345678"));
  return sync_wait(turn.answer());
}

usage_counter only_counter(desk& d) {
  auto const all = d.usage();
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? usage_counter() : all.front();
}

// The usage of calls without a chat is written at the latest now.
void write_usage(desk& d) { sync_wait(d.engine->shutdown()); }

TEST(Accounting, GivesAnAnswerItsCost) {
  desk d(priced());
  auto used = usage_of_tokens(100, 5);
  used.cached_input_tokens = 50;
  used.reasoning_tokens = 2;
  d.model->push(answer_script().text("baik").event(usage_report{used, "{}"}).finish());

  auto turn = sync_wait(d.chats().send(d.new_chat().id, "?"));
  auto const end = read_all(turn).end.value();
  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(end.cost_microusd, 50 + 5 + 10);
  EXPECT_EQ(answer.cost_microusd, end.cost_microusd);
  EXPECT_EQ(end.usage, used);
  EXPECT_EQ(answer.usage, used);
  auto const counter = only_counter(d);
  EXPECT_EQ(counter.requests, 1);
  EXPECT_EQ(counter.cost_microusd, 65);
  EXPECT_EQ(counter.cached_input_tokens, 50);
  EXPECT_EQ(counter.reasoning_tokens, 2);
  EXPECT_EQ(counter.unpriced_requests, 0);
  EXPECT_EQ(counter.estimated_requests, 0);
}

TEST(Accounting, TellsTheCostAgainToWhoResumesFromStorage) {
  desk_options options = priced();
  options.turns.retention = std::chrono::milliseconds(0);
  desk d(options);
  auto const answer = answer_to(d, answer_script().text("baik").usage(3, 4).finish());

  auto again = sync_wait(d.chats().resume(answer.id));

  EXPECT_EQ(read_all(again).end.value().cost_microusd, 11);
}

TEST(Accounting, LeavesTheCostOpenWhenNoPriceIsKnown) {
  desk d(priced());

  auto const answer = answer_to(d, answer_script().text("baik").usage(3, 4).finish(), "scripted/other");

  EXPECT_EQ(answer.cost_microusd, std::nullopt);
  EXPECT_EQ(only_counter(d).unpriced_requests, 1);
  EXPECT_EQ(only_counter(d).cost_microusd, 0);
  auto const sum = sync_wait(d.as(d.user).usage().summary()).front();
  EXPECT_EQ(sum.cost_microusd, std::nullopt);
  EXPECT_EQ(sum.input_tokens, 3);
}

TEST(Accounting, TakesTheCostThatTheVendorReportsInstead) {
  desk d(priced());
  usage_report const report{usage_of_tokens(3, 4), R"({"cost":0.000123})"};

  EXPECT_EQ(answer_to(d, answer_script().text("baik").event(report).finish()).cost_microusd, 123);
  EXPECT_EQ(answer_to(d, answer_script().text("baik").event(report).finish(), "scripted/other").cost_microusd, 123);
}

TEST(Accounting, EstimatesAndSaysSo) {
  desk d(priced());

  auto const answer = answer_to(d, answer_script().text("abcd").text("efgh").finish());

  auto expected = usage_of_tokens(6, 2);  // eight bytes and a message; eight bytes
  expected.estimated = true;
  EXPECT_EQ(answer.usage, expected);
  EXPECT_EQ(answer.cost_microusd, 6 + 4);
  EXPECT_EQ(only_counter(d).estimated_requests, 1);
}

TEST(Accounting, BillsABrokenAnswerForWhatArrived) {
  desk d(priced());
  failure const gone(errc::unavailable, "gone");

  auto const early = answer_to(d, answer_script().usage(10, 1).text(std::string(40, 'x')).fail(gone));
  auto const silent = answer_to(d, answer_script().text("abcd").fail(gone));

  auto expected = usage_of_tokens(10, 10);
  expected.estimated = true;
  EXPECT_EQ(early.usage, expected);
  EXPECT_EQ(early.cost_microusd, 30);
  EXPECT_EQ(silent.usage->output_tokens, 1);
  EXPECT_EQ(silent.usage->input_tokens, 6);
}

// Falls back from a vendor that is away to the desk's model, billed under its own name or under the fallback's.
desk_options falling_back(std::shared_ptr<provider> model, std::string billed_as) {
  auto const away = std::make_shared<testing::scripted_provider>();
  std::vector<fallback_candidate> candidates;
  candidates.emplace_back(away, "first");
  candidates.emplace_back(std::move(model), "second");
  candidates[1].billed_as = std::move(billed_as);
  desk_options options;
  options.prices = price_list::parse(R"({"prices":[
      {"model":"best/any","from":"2020-01-01","input":1000000,"output":1000000},
      {"model":"scripted/second","from":"2020-01-01","input":3000000,"output":5000000}]})")
                       .value();
  options.more_providers.emplace_back("best", fallback(std::move(candidates)));
  return options;
}

TEST(Accounting, BillsAFallbackAsWhatAnswered) {
  auto const model = std::make_shared<testing::scripted_provider>();
  model->otherwise([](auto const&) { return answer_script().text("baik").usage(100, 10).finish(); });
  desk d(falling_back(model, "scripted/second"));
  auto const chat = sync_wait(d.chats().create("Test", "best/any"));
  auto desk_of_ada = d.as(d.user);

  auto turn = sync_wait(d.chats().send(chat.id, "?"));
  auto const answer = sync_wait(turn.answer());
  sync_wait(desk_of_ada.completions().complete(asking("best/any")));
  {
    auto const stream = sync_wait(desk_of_ada.completions().stream(asking("best/any")));
    while (sync_wait(stream->next()).value()) continue;
  }
  write_usage(d);

  EXPECT_EQ(answer.cost_microusd, 300 + 50);
  auto const counter = only_counter(d);
  EXPECT_EQ(counter.model, "scripted/second");
  EXPECT_EQ(counter.requests, 3);
  EXPECT_EQ(counter.cost_microusd, 3 * 350);
}

TEST(Accounting, BillsAFallbackThatSaysNothingAsWhatWasAskedFor) {
  auto const model = std::make_shared<testing::scripted_provider>();
  model->push(answer_script().text("baik").usage(100, 10).finish());
  desk d(falling_back(model, ""));
  auto const chat = sync_wait(d.chats().create("Test", "best/any"));

  auto turn = sync_wait(d.chats().send(chat.id, "?"));
  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.cost_microusd, 110);
  EXPECT_EQ(only_counter(d).model, "best/any");
}

TEST(Accounting, CountsTheStepsOfATurnByWhatAnsweredEach) {
  auto const first = std::make_shared<testing::scripted_provider>();
  auto const second = std::make_shared<testing::scripted_provider>();
  first->push(answer_script().tool_call(0, "c1", "nothing", "{}").usage(10, 1).finish(finish_reason::tool_calls));
  second->push(answer_script().text("done").usage(20, 2).finish());
  std::vector<fallback_candidate> candidates;
  candidates.emplace_back(first, "first");
  candidates.emplace_back(second, "second");
  for (auto& one : candidates) one.billed_as = "scripted/" + one.model;
  desk_options options;
  options.prices = price_list::parse(R"({"prices":[
      {"model":"scripted/first","from":"2020-01-01","input":1000000,"output":1000000},
      {"model":"scripted/second","from":"2020-01-01","input":3000000,"output":5000000}]})")
                       .value();
  options.more_providers.emplace_back("best", fallback(std::move(candidates)));
  boost::json::object schema;
  schema["type"] = "object";
  options.tools.add(
      tool("nothing", "", schema, [](tool_call, boost::json::object) -> task<std::string> { co_return "nothing"; }));
  desk d(std::move(options));
  auto const chat = sync_wait(d.chats().create("Test", "best/any"));

  auto turn = sync_wait(d.chats().send(chat.id, "?"));
  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.cost_microusd, 11 + 70);
  std::map<std::string, std::int64_t> costs;
  for (auto const& one : d.usage()) costs[one.model] = one.cost_microusd;
  EXPECT_EQ(costs, (std::map<std::string, std::int64_t>{{"scripted/first", 11}, {"scripted/second", 70}}));
}

// A turn whose server is gone after it has stored the beginning of an answer.
struct lost_turn {
  explicit lost_turn(desk_options options) : gone(options) {
    gone.model->push(answer_script().text("12345678").wait(never).finish());
    auto const turn = sync_wait(gone.chats().send(gone.new_chat().id, "12345678"));
    id = turn.message_id();
    while (text_of(sync_wait(gone.chats().get_message(id)).parts) != "12345678") continue;
  }

  testing::gate never;
  desk gone;
  message_id id;
};

desk_options priced_and_stored() {
  auto options = priced();
  options.storage = tests::fresh_storage();
  options.turns = tests::left_behind(std::chrono::milliseconds(1));
  return options;
}

TEST(Accounting, BillsALostTurnForWhatArrived) {
  auto const options = priced_and_stored();
  lost_turn lost(options);

  desk next(options);  // on the same storage, as if the first process had died

  auto const answer = sync_wait(next.chats().get_message(lost.id));
  EXPECT_EQ(answer.reason, message_reason::server_lost);
  auto expected = usage_of_tokens(2 + 4, 2);
  expected.estimated = true;
  EXPECT_EQ(answer.usage, expected);
  EXPECT_EQ(answer.cost_microusd, 6 + 4);
  auto const counter = only_counter(next);
  EXPECT_EQ(counter.requests, 1);
  EXPECT_EQ(counter.estimated_requests, 1);
  EXPECT_EQ(counter.input_tokens, 6);
  EXPECT_EQ(counter.output_tokens, 2);
  EXPECT_EQ(counter.cost_microusd, 10);
}

TEST(Accounting, BillsALostTurnOnceHoweverManyServersFindIt) {
  auto const options = priced_and_stored();
  lost_turn lost(options);

  std::vector<std::future<std::unique_ptr<desk>>> starting;
  for (int i = 0; i < 4; ++i)
    starting.push_back(std::async(std::launch::async, [&] { return std::make_unique<desk>(options); }));
  std::vector<std::unique_ptr<desk>> next;
  for (auto& one : starting) next.push_back(one.get());
  lost.never.open();
  sync_wait(lost.gone.engine->shutdown());  // it comes back, and finds its turn settled

  EXPECT_EQ(sync_wait(next.front()->chats().get_message(lost.id)).reason, message_reason::server_lost);
  auto const counter = only_counter(*next.front());
  EXPECT_EQ(counter.requests, 1);
  EXPECT_EQ(counter.cost_microusd, 10);
}

TEST(Accounting, BillsEachStepOfALostTurn) {
  auto options = priced_and_stored();
  boost::json::object schema;
  schema["type"] = "object";
  options.tools.add(
      tool("nothing", "", schema, [](tool_call, boost::json::object) -> task<std::string> { co_return "12345678"; }));
  testing::gate never;
  desk gone(options);
  gone.model->push(answer_script().tool_call(0, "c1", "nothing", "{}").finish(finish_reason::tool_calls));
  gone.model->push(answer_script().text("1234").wait(never).finish());
  auto const turn = sync_wait(gone.chats().send(gone.new_chat().id, "12345678"));
  while (text_of(sync_wait(gone.chats().get_message(turn.message_id())).parts) != "1234") continue;

  desk next(options);

  auto const used = sync_wait(next.chats().get_message(turn.message_id())).usage.value();
  EXPECT_EQ(used.input_tokens, 6 + (6 + 3 + 4 + 2 + 4));  // the call is nine bytes, its result eight
  EXPECT_EQ(used.output_tokens, 3 + 1);
  EXPECT_EQ(only_counter(next).requests, 2);
}

TEST(Accounting, BillsNothingForALostTurnOfWhichNothingArrived) {
  auto const options = priced_and_stored();
  testing::gate never;
  desk gone(options);
  gone.model->push(answer_script().wait(never).finish());
  auto const turn = sync_wait(gone.chats().send(gone.new_chat().id, "hi"));

  desk next(options);

  auto const answer = sync_wait(next.chats().get_message(turn.message_id()));
  EXPECT_EQ(answer.reason, message_reason::server_lost);
  EXPECT_FALSE(answer.usage);
  EXPECT_TRUE(next.usage().empty());
}

TEST(Accounting, BillsNothingForACallThatWasRefused) {
  desk d(priced());

  auto const answer = answer_to(d, answer_script().fail(failure(errc::provider_error, "no")));

  EXPECT_EQ(answer.usage, std::nullopt);
  EXPECT_EQ(answer.cost_microusd, std::nullopt);
  EXPECT_EQ(only_counter(d).requests, 1);
  EXPECT_EQ(only_counter(d).input_tokens, 0);
  EXPECT_EQ(only_counter(d).unpriced_requests, 0);
}

TEST(Accounting, DoesNotBillAnAnswerFromACacheAgain) {
  desk d(priced());
  auto used = usage_of_tokens(3, 4);
  used.replayed = true;

  auto const answer = answer_to(d, answer_script().text("baik").event(usage_report{used, R"({"cost":1})"}).finish());

  EXPECT_EQ(answer.cost_microusd, 0);
  EXPECT_EQ(answer.usage, used);
  auto const counter = only_counter(d);
  EXPECT_EQ(counter.requests, 1);
  EXPECT_EQ(counter.replayed_requests, 1);
  EXPECT_EQ(counter.input_tokens, 0);
  EXPECT_EQ(counter.cost_microusd, 0);
}

TEST(Accounting, SurvivesAVendorThatCountsAbsurdly) {
  desk d(priced());
  constexpr auto most = std::numeric_limits<std::int64_t>::max();

  for (int i = 0; i < 3; ++i) {
    auto const answer = answer_to(d, answer_script().text("baik").usage(most, most).finish());
    EXPECT_EQ(answer.state, message_state::complete);
    EXPECT_GT(answer.cost_microusd, 0);
  }
  EXPECT_EQ(only_counter(d).requests, 3);
}

TEST(Accounting, CountsCallsWithoutAChat) {
  desk d(priced());
  d.model->push(answer_script().text("baik").usage(3, 4).finish());
  d.model->push(answer_script().text("baik").finish());
  auto completions = d.as(d.user).completions();

  sync_wait(completions.complete(asking()));
  {
    auto stream = sync_wait(completions.stream(asking()));
    for (auto event = sync_wait(stream->next()).value(); event; event = sync_wait(stream->next()).value()) {
    }
  }
  write_usage(d);

  auto const counter = only_counter(d);
  EXPECT_EQ(counter.requests, 2);
  EXPECT_EQ(counter.estimated_requests, 1);
  EXPECT_EQ(counter.input_tokens, 3 + 6);
  EXPECT_EQ(counter.output_tokens, 4 + 1);
  EXPECT_EQ(counter.cost_microusd, 11 + 8);
}

TEST(Accounting, CountsAStreamThatItsReaderLeft) {
  desk d(priced());
  testing::gate never;
  d.model->push(answer_script().text("abcd").wait(never));
  auto completions = d.as(d.user).completions();

  auto stream = sync_wait(completions.stream(asking()));
  sync_wait(stream->next()).value();
  stream.reset();
  write_usage(d);

  EXPECT_EQ(only_counter(d).output_tokens, 1);
  EXPECT_EQ(only_counter(d).estimated_requests, 1);
  never.open();
}

TEST(Accounting, CountsTheQuestionOfWhoDidNotWaitForTheAnswer) {
  desk d(priced());
  testing::gate never;
  d.model->push(answer_script().wait(never));
  d.model->push(answer_script().fail(failure(errc::provider_error, "no")));
  auto completions = d.as(d.user).completions();

  boost::asio::cancellation_signal gone;
  std::promise<void> ended;
  boost::asio::co_spawn(d.io, completions.complete(asking()),
                        boost::asio::bind_cancellation_slot(
                            gone.slot(), [&](std::exception_ptr, completion const&) { ended.set_value(); }));
  while (d.model->requests().empty()) std::this_thread::yield();
  boost::asio::post(d.io, [&] { gone.emit(boost::asio::cancellation_type::terminal); });
  ended.get_future().wait();
  EXPECT_EQ(code_of(completions.complete(asking())), errc::provider_error);
  write_usage(d);

  EXPECT_EQ(only_counter(d).requests, 1);
  EXPECT_EQ(only_counter(d).input_tokens, 6);
  EXPECT_EQ(only_counter(d).output_tokens, 0);
  never.open();
}

// --- reading it -----------------------------------------------------------------------------------------------------

// Ada and Bob, some days, two models.
struct ledger_of_days {
  ledger_of_days() : bob(d.add_user("bob", member_role::member)) {
    add(d.user, "2026-01-01", "a/x", 1);
    add(d.user, "2026-01-02", "a/x", 2);
    add(d.user, "2026-01-02", "a/y", 4);
    add(d.user, "2026-02-01", "a/x", 8);
    add(bob, "2026-01-02", "a/x", 16);
  }

  void add(user_id who, std::string const& day, std::string const& model, std::int64_t requests) {
    usage_counter one;
    one.user_id = who;
    one.day = day;
    one.model = model;
    one.id = to_string(who) + '/' + day + '/' + model;
    one.requests = requests;
    one.input_tokens = 10 * requests;
    one.cost_microusd = 100 * requests;
    collection<usage_counter> const counters(*d.storage, testing::tenant_scope(d.tenant));
    sync_wait(counters.write(insert(one))).value();
  }

  static usage_request january(enum usage_of whose = usage_of::self) {
    usage_request which;
    which.from = "2026-01-01";
    which.to = "2026-01-31";
    which.of = whose;
    return which;
  }

  desk d;
  user_id bob;
};

TEST(Usage, IsOnesOwnInTheDaysAskedFor) {
  ledger_of_days all;

  auto const ada = sync_wait(all.d.as(all.d.user).usage().summary(ledger_of_days::january()));
  auto const bob = sync_wait(all.d.as(all.bob, member_role::member).usage().summary(ledger_of_days::january()));

  ASSERT_EQ(ada.size(), 1U);
  EXPECT_EQ(ada.front().requests, 7);
  EXPECT_EQ(ada.front().cost_microusd, 700);
  EXPECT_EQ(bob.front().requests, 16);
}

TEST(Usage, IsSummedByDayModelUserAndKey) {
  ledger_of_days all;
  auto const usage = all.d.as(all.d.user).usage();
  auto const requests = [&](usage_grouping by) {
    std::vector<std::int64_t> sums;
    for (auto const& one : sync_wait(usage.summary(ledger_of_days::january(usage_of::tenant), by)))
      sums.push_back(one.requests);
    return sums;
  };

  EXPECT_EQ(requests(usage_grouping::none), (std::vector<std::int64_t>{23}));
  EXPECT_EQ(requests(usage_grouping::day), (std::vector<std::int64_t>{22, 1}));
  EXPECT_EQ(requests(usage_grouping::model), (std::vector<std::int64_t>{19, 4}));
  EXPECT_EQ(requests(usage_grouping::user), (std::vector<std::int64_t>{16, 7}));
  EXPECT_EQ(requests(usage_grouping::key), (std::vector<std::int64_t>{23}));
  auto const by_user = sync_wait(usage.summary(ledger_of_days::january(usage_of::tenant), usage_grouping::user));
  EXPECT_EQ(by_user.front().user_id, all.bob);
  EXPECT_EQ(by_user.front().model, std::nullopt);
}

TEST(Usage, OfNothingIsOneEmptySum) {
  desk d;

  auto const sums = sync_wait(d.as(d.user).usage().summary());

  ASSERT_EQ(sums.size(), 1U);
  EXPECT_EQ(sums.front().requests, 0);
  EXPECT_EQ(sums.front().cost_microusd, std::nullopt);
  EXPECT_TRUE(sync_wait(d.as(d.user).usage().summary(usage_request(), usage_grouping::day)).empty());
  EXPECT_TRUE(sync_wait(d.as(d.user).usage().daily()).items.empty());
}

TEST(Usage, ComesDayByDayInPages) {
  ledger_of_days all;
  auto const usage = all.d.as(all.d.user).usage();
  auto which = ledger_of_days::january(usage_of::tenant);
  which.to = "2026-02-28";

  auto const first = sync_wait(usage.daily(which, page_request(2)));
  auto const second = sync_wait(usage.daily(which, page_request(2, first.next_cursor)));

  ASSERT_EQ(first.items.size(), 2U);
  EXPECT_EQ(first.items[0].day, "2026-02-01");
  EXPECT_EQ(first.items[1].day, "2026-01-02");
  EXPECT_EQ(first.items[1].requests, 22);
  ASSERT_EQ(second.items.size(), 1U);
  EXPECT_EQ(second.items[0].day, "2026-01-01");
  EXPECT_EQ(second.next_cursor, std::nullopt);
  EXPECT_EQ(code_of(usage.daily(which, page_request(2, "yesterday"))), errc::invalid_argument);
}

TEST(Usage, OfMoreCountersThanAReadGivesIsWhole) {
  ledger_of_days all;
  for (int i = 0; i < 1'500; ++i) all.add(all.bob, "2026-01-03", "a/" + std::to_string(i), 1);

  auto const usage = all.d.as(all.d.user).usage();
  auto const sums = sync_wait(usage.summary(ledger_of_days::january(usage_of::tenant), usage_grouping::day));
  auto const models = sync_wait(usage.summary(ledger_of_days::january(usage_of::tenant), usage_grouping::model));

  EXPECT_EQ(sums.front().requests, 1'500);
  EXPECT_EQ(models.size(), max_usage_groups);
  EXPECT_EQ(models.front().model, "a/x");
}

TEST(Usage, OfOthersIsForThoseWhoManage) {
  ledger_of_days all;
  auto of_ada = ledger_of_days::january();
  of_ada.user_id = all.d.user;
  auto of_bob = ledger_of_days::january();
  of_bob.user_id = all.bob;

  for (auto const role : {member_role::member, member_role::viewer}) {
    auto const usage = all.d.as(all.bob, role).usage();
    EXPECT_EQ(sync_wait(usage.summary(of_bob)).front().requests, 16);
    EXPECT_EQ(code_of(usage.summary(of_ada)), errc::permission_denied);
    EXPECT_EQ(code_of(usage.summary(ledger_of_days::january(usage_of::tenant))), errc::permission_denied);
    EXPECT_EQ(code_of(usage.daily(of_ada)), errc::permission_denied);
  }
  EXPECT_EQ(sync_wait(all.d.as(all.bob, member_role::admin).usage().summary(of_ada)).front().requests, 7);
  EXPECT_EQ(sync_wait(all.d.engine->usage(all.d.tenant).summary(ledger_of_days::january())).front().requests, 23);
  auto const other = sync_wait(all.d.engine->tenants().create("globex"));
  EXPECT_EQ(sync_wait(all.d.engine->usage(other.id).summary(ledger_of_days::january())).front().requests, 0);
}

TEST(Usage, RefusesDaysThatAreNone) {
  desk d;
  auto const usage = d.as(d.user).usage();
  auto const asked = [&](char const* from, char const* to) {
    usage_request which;
    which.from = from;
    which.to = to;
    return code_of(usage.summary(which));
  };

  EXPECT_EQ(asked("2026-01-01", "2026-12-31"), std::nullopt);
  EXPECT_EQ(asked("2024-01-01", "2024-12-31"), std::nullopt);
  EXPECT_EQ(asked("2025-12-31", "2027-01-01"), errc::invalid_argument);
  EXPECT_EQ(asked("2026-02-01", "2026-01-01"), errc::invalid_argument);
  EXPECT_EQ(asked("2026-02-30", "2026-03-01"), errc::invalid_argument);
  EXPECT_EQ(asked("yesterday!", "2026-03-01"), errc::invalid_argument);
}

}  // namespace
}  // namespace sambung::usage_test
