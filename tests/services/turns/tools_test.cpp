// Tools through chats(): what a model may call, what it reads of it, what is streamed and what is stored.
#include "support/desk.hpp"
#include "support/eventually.hpp"

#include <sambung/records/active_turn.hpp>

#include <gtest/gtest.h>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <atomic>

namespace sambung::tools_test {
namespace {

using namespace std::chrono_literals;
using testing::answer_script;
using testing::gate;
using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

struct weather_question {
  std::string city;
  std::optional<std::int64_t> days;
};
BOOST_DESCRIBE_STRUCT(weather_question, (), (city, days))
record_description describe_record(record_of<weather_question>) {
  return record<weather_question>().text(&weather_question::city, 1, 20).range(&weather_question::days, 1, 7);
}

struct no_parameters {};
BOOST_DESCRIBE_STRUCT(no_parameters, (), ())

task<std::string> tell_weather(tool_call, weather_question asked) { co_return "30 degrees in " + asked.city; }

tool weather() { return make_tool<weather_question>("weather", "The weather in a city.", tell_weather); }

// A tool without parameters.
template <class F>
tool plain(std::string name, F f) {
  return make_tool<no_parameters>(std::move(name), "",
                                  [f](tool_call call, no_parameters) { return f(std::move(call)); });
}
tool giving(std::string name, std::string text) {
  return plain(std::move(name), [text](tool_call) -> task<std::string> { co_return text; });
}
tool waiting(std::string name, gate at) {
  return plain(std::move(name), [at](tool_call) -> task<std::string> {
    auto here = at;
    co_await here.wait();
    co_return "done";
  });
}

desk_options with(tool one) {
  desk_options options;
  options.tools.add(std::move(one));
  return options;
}

answer_script calling(std::string name, std::string arguments = "{}") {
  return answer_script().tool_call(0, "c1", std::move(name), std::move(arguments)).finish(finish_reason::tool_calls);
}

message ask(desk& d, send_options how = send_options()) {
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi", std::move(how)));
  return sync_wait(turn.answer());
}

std::vector<tool_result_part> results_in(std::vector<part> const& parts) {
  std::vector<tool_result_part> found;
  for (auto const& p : parts)
    if (auto const* result = std::get_if<tool_result_part>(&p)) found.push_back(*result);
  return found;
}
tool_result_part only_result(message const& answer) {
  auto const all = results_in(answer.parts);
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? tool_result_part() : all.front();
}

// The kinds of the parts, as JSON names them.
std::string kinds(std::vector<part> const& parts) {
  std::string all;
  for (auto const& p : parts) all += std::visit([](auto const& one) { return std::string(one.type_name); }, p) + " ";
  return all;
}

// What a tool that is called as `arguments` say gives, and the model answers "ok" to.
tool_result_part result_of(tool one, std::string arguments, tool_limits limits = tool_limits()) {
  auto const name = one.name();
  auto options = with(std::move(one));
  options.tool_limits = limits;
  desk d(options);
  d.model->push(calling(name, std::move(arguments))).push(say("ok"));
  auto const answer = ask(d);
  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_EQ(text_of(answer.parts), "ok");
  return only_result(answer);
}

// --- the loop -------------------------------------------------------------------------------------------------------

TEST(Tools, ActAsWhoAsked) {
  member_role role{};
  std::string titles;
  auto const look = plain("look", [&](tool_call call) -> task<std::string> {
    role = call.role;
    auto const mine = co_await call.workspace->chats().list();
    for (auto const& one : mine.items) titles += one.title;
    co_return "seen";
  });
  desk d(with(look));
  auto const guest = d.add_user("guest", member_role::member);
  sync_wait(d.chats().create("Hers", "scripted/model"));
  d.model->push(calling("look")).push(say("ok"));

  auto theirs = d.chats_of(guest, member_role::member);
  auto const home = sync_wait(theirs.create("His", "scripted/model"));
  auto turn = sync_wait(theirs.send(home.id, "hi"));
  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(only_result(answer).text, "seen");
  EXPECT_EQ(role, member_role::member);
  EXPECT_EQ(titles, "His");
}

TEST(Tools, RunAndLetTheModelGoOnInOneAnswer) {
  desk d(with(weather()));
  d.model
      ->push(answer_script()
                 .text("Looking. ")
                 .tool_call(0, "c1", "weather", R"({"city":)")
                 .tool_call(0, "", "", R"("Ipoh"})")
                 .finish(finish_reason::tool_calls))
      .push(say("It is warm."));

  auto const answer = ask(d);

  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_EQ(kinds(answer.parts), "text tool_call tool_result text ");
  EXPECT_EQ(only_result(answer).text, "30 degrees in Ipoh");
  EXPECT_EQ(only_result(answer).call_id, "c1");
  EXPECT_FALSE(only_result(answer).is_error);
  auto const requests = d.model->requests();
  ASSERT_EQ(requests.size(), 2U);
  ASSERT_EQ(requests[1].messages.size(), 3U);
  EXPECT_EQ(requests[1].messages[1].who, role::assistant);
  EXPECT_EQ(kinds(requests[1].messages[1].parts), "text tool_call ");
  EXPECT_EQ(requests[1].messages[2].who, role::tool);
  EXPECT_EQ(results_in(requests[1].messages[2].parts).at(0).text, "30 degrees in Ipoh");
}

TEST(Tools, AreDescribedToTheModel) {
  auto one = weather();
  one.describe(&weather_question::city, "Where.");
  desk d(with(std::move(one)));
  d.model->push(say("ok"));

  ask(d);

  EXPECT_EQ(d.model->requests().at(0).tools.at(0), boost::json::parse(R"({"type":"function","function":{
      "name":"weather","description":"The weather in a city.","parameters":{"type":"object","properties":{
        "city":{"type":"string","minLength":1,"maxLength":20,"description":"Where."},
        "days":{"type":"integer","minimum":1,"maximum":7}},
      "required":["city"],"additionalProperties":false}}})"));
}

TEST(Tools, StreamTheirResultsAsEventsThatCanBeResumed) {
  desk d(with(weather()));
  d.model->push(calling("weather", R"({"city":"Ipoh"})")).push(say("Warm."));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  std::vector<turn_event> events;
  while (auto event = sync_wait(turn.next())) events.push_back(*event);
  auto late = sync_wait(d.chats().resume(turn.message_id(), 2));
  auto const resumed = sync_wait(late.next());

  ASSERT_EQ(events.size(), 5U);
  auto const& done = std::get<tool_result>(events[2]);
  EXPECT_EQ(done, (tool_result{"c1", "weather", "30 degrees in Ipoh", false}));
  EXPECT_EQ(std::get<tool_result>(*resumed), done);
  EXPECT_EQ(late.last_event(), 3);
}

TEST(Tools, TellWhoAsked) {
  std::optional<tool_call> seen;
  desk d(with(plain("who", [&seen](tool_call call) -> task<std::string> {
    seen = call;
    co_return "";
  })));
  d.model->push(calling("who", " {} ")).push(say("ok"));

  auto const answer = ask(d);

  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->tenant_id, d.tenant);
  EXPECT_EQ(seen->user_id, d.user);
  EXPECT_EQ(seen->chat_id, answer.chat_id);
  EXPECT_EQ(seen->message_id, answer.id);
  EXPECT_EQ(seen->id, "c1");
  EXPECT_EQ(seen->name, "who");
  EXPECT_EQ(seen->arguments, " {} ");
  EXPECT_EQ(only_result(answer).text, "");
}

TEST(Tools, MayBeCalledStepAfterStepAndEverythingIsCounted) {
  desk d(with(giving("roll", "4")));
  auto const step = [](std::string id, std::int64_t in, std::int64_t out) {
    return answer_script().tool_call(0, std::move(id), "roll", "").usage(in, out).finish(finish_reason::tool_calls);
  };
  d.model->push(step("a", 10, 1)).push(step("b", 20, 2)).push(answer_script().text("done").usage(30, 3).finish());

  auto const answer = ask(d);

  EXPECT_EQ(kinds(answer.parts), "tool_call tool_result tool_call tool_result text ");
  EXPECT_EQ(answer.usage->input_tokens, 60);
  EXPECT_EQ(answer.usage->output_tokens, 6);
  ASSERT_EQ(d.usage().size(), 1U);
  EXPECT_EQ(d.usage()[0].input_tokens, 60);
  EXPECT_EQ(d.usage()[0].output_tokens, 6);
}

TEST(Tools, CountAStepWithoutReportByEstimateAndTheOthersAsReported) {
  desk d(with(giving("roll", std::string(4'000, '4'))));
  d.model->push(answer_script().tool_call(0, "a", "roll", "").usage(10, 1).finish(finish_reason::tool_calls))
      .push(answer_script().text(std::string(400, 'x')).finish());

  auto const answer = ask(d);

  EXPECT_EQ(answer.usage->output_tokens, 1 + 100);
  EXPECT_TRUE(answer.usage->estimated);
  EXPECT_EQ(d.usage()[0].output_tokens, 1 + 100);
  EXPECT_GT(d.usage()[0].input_tokens, 1'000);
}

TEST(Tools, EndTheTurnCleanlyWhenItMayHaveNoFurtherStep) {
  auto options = with(giving("again", "more"));
  options.tool_limits.max_steps = 3;
  desk d(options);
  d.model->otherwise([](completion_request const&) { return calling("again"); });

  auto const answer = ask(d);

  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_EQ(answer.finish_reason, "max_steps");
  EXPECT_EQ(d.model->requests().size(), 3U);
  auto const results = results_in(answer.parts);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_FALSE(results[1].is_error);
  EXPECT_TRUE(results[2].is_error);
}

TEST(Tools, TakeFewerStepsWhenTheCallerSaysSo) {
  desk d(with(giving("again", "more")));
  d.model->otherwise([](completion_request const&) { return calling("again"); });
  send_options how;
  how.max_steps = 2;

  EXPECT_EQ(ask(d, how).finish_reason, "max_steps");
  EXPECT_EQ(d.model->requests().size(), 2U);
}

TEST(Tools, KeepTheFirstStepsWhenALaterOneFails) {
  desk d(with(giving("roll", "4")));
  d.model->push(calling("roll")).push(answer_script().fail(failure(errc::rate_limited, "slow down")));

  auto const answer = ask(d);

  EXPECT_EQ(answer.state, message_state::failed);
  EXPECT_EQ(answer.reason, message_reason::rate_limited);
  EXPECT_EQ(kinds(answer.parts), "tool_call tool_result error ");
}

TEST(Tools, AreIncompleteWhenALaterStepBreaksOff) {
  desk d(with(giving("roll", "4")));
  d.model->push(calling("roll")).push(answer_script().text("half"));

  auto const answer = ask(d);

  EXPECT_EQ(answer.state, message_state::incomplete);
  EXPECT_EQ(text_of(answer.parts), "half");
}

TEST(Tools, AreNotRunForAnAnswerThatWasCutOff) {
  std::atomic<int> runs = 0;
  desk d(with(plain("wipe", [&runs](tool_call) -> task<std::string> {
    ++runs;
    co_return "";
  })));
  d.model->push(answer_script().tool_call(0, "c1", "wipe", "").finish(finish_reason::length));

  auto const answer = ask(d);

  EXPECT_EQ(runs, 0);
  EXPECT_EQ(answer.finish_reason, "length");
  EXPECT_EQ(kinds(answer.parts), "tool_call ");
}

TEST(Tools, AreNotRunWhenTheCallerWantsNoCalls) {
  desk d(with(giving("roll", "4")));
  d.model->push(calling("roll"));
  send_options how;
  how.tool_choice = "none";

  auto const answer = ask(d, how);

  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_EQ(kinds(answer.parts), "tool_call ");
}

TEST(Tools, GiveCallsOfLaterStepsIndexesAndIdsOfTheirOwn) {
  desk d(with(giving("roll", "4")));
  d.model->push(calling("roll")).push(calling("roll")).push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  std::vector<std::int32_t> indexes;
  while (auto event = sync_wait(turn.next()))
    if (auto const* call = std::get_if<tool_call_delta>(&*event)) indexes.push_back(call->index);
  auto const answer = sync_wait(d.chats().get_message(turn.message_id()));

  EXPECT_EQ(indexes, (std::vector<std::int32_t>{0, 1}));
  auto const results = results_in(answer.parts);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].call_id, "c1");
  EXPECT_NE(results[1].call_id, "c1");
  EXPECT_EQ(std::get<tool_call_part>(answer.parts[2]).id, results[1].call_id);
}

// --- which are offered ----------------------------------------------------------------------------------------------

std::vector<std::string> offered(desk& d) {
  std::vector<std::string> names;
  auto const requests = d.model->requests();
  for (auto const& each : requests.back().tools) names.emplace_back(each.at("function").at("name").as_string());
  return names;
}

TEST(Tools, AreAllOfferedUnlessTheCallerNamesSome) {
  desk_options options;
  options.tools.add(giving("one", "1")).add(giving("two", "2"));
  desk d(options);
  d.model->otherwise([](completion_request const&) { return say("ok"); });
  send_options some, none;
  some.tools.emplace().push_back("two");
  none.tools.emplace();

  ask(d);
  EXPECT_EQ(offered(d), (std::vector<std::string>{"one", "two"}));
  ask(d, some);
  EXPECT_EQ(offered(d), (std::vector<std::string>{"two"}));
  ask(d, none);
  EXPECT_EQ(offered(d), std::vector<std::string>());
}

TEST(Tools, ThatNobodyRegisteredAreRefusedBeforeAnythingIsStored) {
  desk d(with(weather()));
  auto const chat = d.new_chat();
  send_options unknown, choice, without;
  unknown.tools.emplace().push_back("wether");
  choice.tool_choice = "wether";
  without.tools.emplace();
  without.tool_choice = "required";

  EXPECT_EQ(code_of(d.chats().send(chat.id, "hi", unknown)), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().send(chat.id, "hi", choice)), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().send(chat.id, "hi", without)), errc::invalid_argument);
  EXPECT_TRUE(sync_wait(d.chats().messages(chat.id)).items.empty());
}

TEST(Tools, AreDemandedInTheFirstStepOnly) {
  desk d(with(giving("roll", "4")));
  d.model->push(calling("roll")).push(say("ok")).push(say("no"));
  send_options how, never;
  how.tool_choice = "roll";
  never.tool_choice = "none";

  ask(d, how);
  ask(d, never);

  auto const requests = d.model->requests();
  EXPECT_EQ(requests[0].choice->how, tool_choice::kind::named);
  EXPECT_EQ(requests[0].choice->name, "roll");
  EXPECT_FALSE(requests[1].choice);
  EXPECT_EQ(requests[1].tools.size(), 1U);
  EXPECT_EQ(requests[2].choice->how, tool_choice::kind::none);
}

TEST(Toolbox, RefusesWhatNoVendorTakes) {
  toolbox box;
  box.add(giving("roll", "4"));
  auto const refused = [&](tool one) {
    try {
      box.add(std::move(one));
    } catch (error const& e) {
      return std::optional(e.code());
    }
    return std::optional<errc>();
  };

  EXPECT_EQ(refused(giving("roll", "4")), errc::already_exists);
  for (auto const* name : {"", "a b", "auto", "none", "required", "naïve"})
    EXPECT_EQ(refused(giving(name, "")), errc::invalid_argument) << name;
  EXPECT_EQ(refused(giving(std::string(65, 'x'), "")), errc::invalid_argument);
  auto const nothing = [](tool_call, boost::json::object) -> task<std::string> { co_return ""; };
  EXPECT_EQ(refused(tool("list", "", boost::json::object({{"type", "array"}}), nothing)), errc::invalid_argument);
  EXPECT_THROW(giving("roll", "4").describe("sides", "How many."), error);
}

// --- what goes wrong ------------------------------------------------------------------------------------------------

TEST(Tools, TellTheModelEveryFaultOfItsArguments) {
  auto const got = result_of(weather(), R"({"days":9,"town":"Ipoh"})");

  EXPECT_TRUE(got.is_error);
  EXPECT_TRUE(got.text.starts_with("Error: the arguments are invalid")) << got.text;
  for (auto const* part : {"city: required", "days: must be at most 7", "town: unknown field"})
    EXPECT_NE(got.text.find(part), std::string::npos) << got.text;
}

TEST(Tools, TellTheModelWhenItsArgumentsAreNoJson) {
  for (auto const* arguments :
       {"{\"city\":", "Ipoh", "[]", "null", R"({"city":"a","city":"b"})", R"({"city":"a\u0000"})"}) {
    auto const got = result_of(weather(), arguments);

    EXPECT_TRUE(got.is_error) << arguments;
    EXPECT_TRUE(got.text.starts_with("Error: ")) << got.text;
  }
}

TEST(Tools, TellTheModelWhichOnesThereAre) {
  desk_options options;
  options.tools.add(giving("one", "1")).add(giving("two", "2"));
  desk d(options);
  d.model->push(calling("three")).push(say("ok"));

  auto const got = only_result(ask(d));

  EXPECT_TRUE(got.is_error);
  EXPECT_NE(got.text.find("one, two"), std::string::npos) << got.text;
}

TEST(Tools, OfARawSchemaAreCheckedByIt) {
  auto const schema = boost::json::parse(R"({"type":"object","properties":{"sides":{"type":"integer","minimum":2}},
      "required":["sides"]})")
                          .as_object();
  auto const roll = [](tool_call, boost::json::object given) -> task<std::string> {
    co_return "1 of " + boost::json::serialize(given.at("sides"));
  };

  EXPECT_EQ(result_of(tool("roll", "", schema, roll), R"({"sides":6})").text, "1 of 6");
  EXPECT_TRUE(result_of(tool("roll", "", schema, roll), R"({"sides":"six"})").is_error);
  EXPECT_TRUE(result_of(tool("roll", "", schema, roll), R"({"sides":1})").is_error);
  EXPECT_TRUE(result_of(tool("roll", "", schema, roll), "").is_error);
}

TEST(Tools, ShowTheModelOnlyWhatASambungErrorSays) {
  auto const fail = plain("fail", [](tool_call) -> task<std::string> {
    throw error(errc::not_found, "no such city");
    co_return "";
  });
  auto const leak = plain("leak", [](tool_call) -> task<std::string> {
    throw std::runtime_error("password=hunter2");
    co_return "";
  });
  auto const early = plain("early", [](tool_call call) -> task<std::string> {
    if (call.name == "early") throw std::logic_error("before the first step of the coroutine");
    return tell_weather(call, weather_question());
  });
  auto const odd = plain("odd", [](tool_call) -> task<std::string> {
    throw 42;
    co_return "";
  });

  EXPECT_EQ(result_of(fail, "{}").text, "Error: no such city");
  EXPECT_EQ(result_of(leak, "{}").text, "Error: the tool failed");
  EXPECT_EQ(result_of(early, "{}").text, "Error: the tool failed");
  EXPECT_EQ(result_of(odd, "{}").text, "Error: the tool failed");
  EXPECT_TRUE(result_of(odd, "{}").is_error);
}

TEST(Tools, AreCancelledWhenTheirTimeIsOver) {
  auto const ended = std::make_shared<std::atomic<bool>>(false);
  auto slow = plain("slow", [ended](tool_call) -> task<std::string> {
    std::shared_ptr<void> const leaving(nullptr, [ended](void*) { *ended = true; });
    gate never;
    co_await never.wait();
    co_return "";
  });
  slow.within(1ms);

  auto const got = result_of(std::move(slow), "{}");

  EXPECT_TRUE(got.is_error);
  EXPECT_EQ(got.text, "Error: the tool took longer than 1 ms");
  auto const give_up = std::chrono::steady_clock::now() + 60s;
  while (!*ended && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  EXPECT_TRUE(*ended);
}

TEST(Tools, ThatDoNotHeedCancellationAreLeftBehind) {
  gate hold;
  auto const stubborn = [hold](tool_call) -> task<std::string> {
    auto here = hold;
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    co_await here.wait();
    co_return "late";
  };
  tool_limits limits;
  limits.time = 1ms;
  auto options = with(plain("stubborn", stubborn));
  options.tool_limits = limits;
  desk d(options);
  d.model->push(calling("stubborn")).push(say("without it"));

  auto const answer = ask(d);

  EXPECT_EQ(text_of(answer.parts), "without it");
  EXPECT_TRUE(only_result(answer).is_error);
  hold.open();
}

TEST(Tools, GiveResultsThatAreBoundedText) {
  tool_limits limits;
  limits.max_result_bytes = 5;

  EXPECT_EQ(result_of(giving("t", "12345"), "{}", limits).text, "12345");
  EXPECT_EQ(result_of(giving("t", "123é5"), "{}", limits).text, "123é\n[cut: the first 5 of 6 bytes]");
  EXPECT_EQ(result_of(giving("t", "1234é"), "{}", limits).text, "1234\n[cut: the first 4 of 6 bytes]");
  EXPECT_TRUE(result_of(giving("t", std::string("a\0b", 3)), "{}").is_error);
  EXPECT_TRUE(result_of(giving("t", "\xFF"), "{}").is_error);
}

TEST(Tools, AreCalledSoManyTimesInOneStepAndNoMore) {
  auto options = with(giving("roll", "4"));
  options.tool_limits.max_calls = 2;
  desk d(options);
  answer_script many;
  for (int i = 0; i < 4; ++i) many.tool_call(i, "c" + std::to_string(i), "roll", "{}");
  d.model->push(many.finish(finish_reason::tool_calls)).push(say("ok"));

  auto const results = results_in(ask(d).parts);

  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(std::count_if(results.begin(), results.end(), [](auto const& one) { return one.is_error; }), 2);
}

// --- side by side ---------------------------------------------------------------------------------------------------

TEST(Tools, RunBesideEachOtherUpToABound) {
  std::atomic<int> running = 0, most = 0;
  gate hold;
  auto options = with(plain("work", [&](tool_call) -> task<std::string> {
    auto here = hold;
    auto const now = ++running;
    for (auto seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {
    }
    co_await here.wait();
    --running;
    co_return "done";
  }));
  options.tool_limits.parallelism = 3;
  desk d(options);
  answer_script many;
  for (int i = 0; i < 10; ++i) many.tool_call(i, "c" + std::to_string(i), "work", "{}");
  d.model->push(many.finish(finish_reason::tool_calls)).push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const give_up = std::chrono::steady_clock::now() + 60s;
  while (running < 3 && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  hold.open();
  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(most, 3);
  EXPECT_EQ(results_in(answer.parts).size(), 10U);
}

TEST(Tools, TellEachResultAsSoonAsItIsThere) {
  gate hold;
  desk_options options;
  options.tools.add(waiting("slow", hold)).add(giving("quick", "1"));
  desk d(options);
  d.model->push(answer_script().tool_call(0, "s", "slow", "").tool_call(1, "q", "quick", "").finish()).push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  std::vector<std::string> order;
  while (auto event = sync_wait(turn.next()))
    if (auto const* done = std::get_if<tool_result>(&*event)) {
      order.push_back(done->call_id);
      hold.open();
    }

  EXPECT_EQ(order, (std::vector<std::string>{"q", "s"}));
}

TEST(Tools, OfManyTurnsRunAtOnceOnSeveralThreads) {
  desk_options options;
  options.turns.max_per_user = 100;
  options.tools.add(weather());
  options.storage = tests::fresh_storage();
  desk d(options);
  boost::asio::thread_pool more(4);
  engine_options settings;
  settings.storage = options.storage;
  settings.deployment = deployment::shared;
  settings.turns = options.turns;
  settings.tools = options.tools;
  auto const model = std::make_shared<testing::scripted_provider>();
  model->otherwise([](completion_request const& asked) {
    if (asked.messages.back().who == role::tool) return say("ok");
    answer_script script;
    for (int i = 0; i < 4; ++i) script.tool_call(i, "c" + std::to_string(i), "weather", R"({"city":"Ipoh"})");
    return script.finish(finish_reason::tool_calls);
  });
  settings.providers.add("scripted", model);
  engine crowded(more.get_executor(), std::move(settings));
  sync_wait(crowded.start());
  auto chats = crowded.workspace(principal::trusted(d.tenant, d.user, member_role::owner)).chats();

  std::vector<turn> turns;
  for (int i = 0; i < 40; ++i) turns.push_back(sync_wait(chats.send(d.new_chat().id, "hi")));

  for (auto& each : turns) {
    auto const answer = sync_wait(each.answer());
    EXPECT_EQ(text_of(answer.parts), "ok");
    EXPECT_EQ(results_in(answer.parts).size(), 4U);
  }
  sync_wait(crowded.shutdown());
  more.join();
}

// --- approval -------------------------------------------------------------------------------------------------------

tool_result_part result_when(tool_approver approval, std::atomic<int>& runs, tool_limits limits = tool_limits()) {
  auto options = with(plain("wipe", [&runs](tool_call) -> task<std::string> {
    ++runs;
    co_return "wiped";
  }));
  options.tools.ask(std::move(approval));
  options.tool_limits = limits;
  desk d(options);
  d.model->push(calling("wipe")).push(say("ok"));
  return only_result(ask(d));
}

TEST(ToolApproval, LetsACallBeMade) {
  std::atomic<int> runs = 0;
  std::string asked;
  auto const got = result_when(
      [&asked](tool_call call) -> task<tool_verdict> {
        asked = call.name + call.arguments;
        co_return tool_verdict::allow();
      },
      runs);

  EXPECT_EQ(got.text, "wiped");
  EXPECT_EQ(asked, "wipe{}");
}

TEST(ToolApproval, DeniesACallWithAReasonThatTheModelReads) {
  std::atomic<int> runs = 0;
  auto const got =
      result_when([](tool_call) -> task<tool_verdict> { co_return tool_verdict::deny("not on Fridays"); }, runs);

  EXPECT_EQ(runs, 0);
  EXPECT_TRUE(got.is_error);
  EXPECT_EQ(got.text, "Error: the call is not allowed: not on Fridays");
}

TEST(ToolApproval, DeniesWhenItFailsOrTakesTooLong) {
  std::atomic<int> runs = 0;
  tool_limits hasty;
  hasty.approval = 1ms;
  auto const broken = result_when(
      [](tool_call) -> task<tool_verdict> {
        throw std::runtime_error("secret");
        co_return tool_verdict::allow();
      },
      runs);
  auto const late = result_when(
      [](tool_call) -> task<tool_verdict> {
        gate never;
        co_await never.wait();
        co_return tool_verdict::allow();
      },
      runs, hasty);

  EXPECT_EQ(runs, 0);
  EXPECT_TRUE(broken.is_error);
  EXPECT_EQ(broken.text.find("secret"), std::string::npos);
  EXPECT_TRUE(late.is_error);
}

TEST(ToolApproval, IsNotAskedForACallThatCouldNotBeMade) {
  auto options = with(weather());
  std::atomic<int> asked = 0;
  options.tools.ask([&asked](tool_call) -> task<tool_verdict> {
    ++asked;
    co_return tool_verdict::allow();
  });
  desk d(options);
  d.model->push(calling("weather", "{}")).push(calling("wether", "{}")).push(say("ok"));

  ask(d);

  EXPECT_EQ(asked, 0);
}

// --- how a turn ends in the middle of a call
// --------------------------------------------------------------------------

// A turn whose tool has begun and waits at a gate that nobody opens; `left` tells when the call has ended.
struct in_a_call {
  explicit in_a_call(desk_options options = desk_options()) {
    auto wait = [at = at, left = left](tool_call) -> task<std::string> {
      std::shared_ptr<void> const leaving(nullptr, [left](void*) { *left = true; });
      auto here = at;
      co_await here.wait();
      co_return "done";
    };
    options.tools.add(plain("wait", std::move(wait)));
    d.emplace(std::move(options));
    d->model->push(answer_script().text("Waiting. ").tool_call(0, "c1", "wait", "{}").finish());
    chat = d->new_chat().id;
    running.emplace(sync_wait(d->chats().send(chat, "hi")));
    EXPECT_TRUE(at.reached_within(60s));
  }
  bool has_left() const {
    auto const give_up = std::chrono::steady_clock::now() + 60s;
    while (!*left && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    return *left;
  }

  gate at;
  std::shared_ptr<std::atomic<bool>> left = std::make_shared<std::atomic<bool>>(false);
  std::optional<desk> d;
  chat_id chat;
  std::optional<turn> running;
};

TEST(Tools, AreCancelledByStop) {
  in_a_call now;

  auto const stopped = sync_wait(now.d->chats().stop(now.running->message_id()));

  EXPECT_TRUE(now.has_left());
  EXPECT_EQ(stopped.state, message_state::cancelled);
  EXPECT_EQ(kinds(stopped.parts), "text tool_call ");
  EXPECT_EQ(now.d->model->requests().size(), 1U);
}

TEST(Tools, AreCancelledByShutdown) {
  in_a_call now;
  auto const id = now.running->message_id();

  sync_wait(now.d->engine->shutdown(0ms));

  EXPECT_TRUE(now.has_left());
  collection<message> const messages(*now.d->storage, testing::tenant_scope(now.d->tenant));
  auto const stored = sync_wait(messages.get(id)).value();
  EXPECT_EQ(stored.reason, message_reason::shutdown);
  EXPECT_EQ(kinds(stored.parts), "text tool_call ");
}

TEST(Tools, AreCancelledWhenTheLeaseIsLost) {
  desk_options options;
  options.turns.lease = 30ms;
  options.deployment = deployment::shared;
  in_a_call now(options);
  collection<active_turn> const leases(*now.d->storage, testing::tenant_scope(now.d->tenant));

  sync_wait(leases.write(erase<active_turn>(now.running->message_id()))).value();

  EXPECT_TRUE(now.has_left());
}

TEST(Tools, AskedForByACrashedServerAreKeptAsFarAsTheyCame) {
  desk_options options;
  options.storage = tests::fresh_storage();
  options.turns = tests::left_behind(1ms);
  in_a_call lost(options);
  auto const id = lost.running->message_id();
  auto const stored = [&] { return sync_wait(lost.d->chats().get_message(id)); };
  ASSERT_TRUE(test::eventually([&] { return kinds(stored().parts) == "text tool_call "; }));

  desk next(options);  // on the same storage, as if the first process had died

  auto const settled = sync_wait(next.chats().get_message(id));
  EXPECT_EQ(settled.state, message_state::incomplete);
  EXPECT_EQ(settled.reason, message_reason::server_lost);
  EXPECT_EQ(kinds(settled.parts), "text tool_call ");
  next.model->push(say("on we go"));
  auto follow_up = sync_wait(next.chats().send(lost.chat, "still there?"));
  EXPECT_EQ(text_of(sync_wait(follow_up.answer()).parts), "on we go");
  auto const prompt = next.model->requests().at(0).messages;
  ASSERT_EQ(prompt.size(), 5U);
  EXPECT_EQ(kinds(prompt[1].parts), "text tool_call ");
  EXPECT_EQ(prompt[2].who, role::tool);
  auto const open = results_in(prompt[2].parts);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].call_id, "c1");
  EXPECT_TRUE(open[0].is_error);
  EXPECT_EQ(prompt[3].who, role::assistant) << "what follows results is the model's";
}

TEST(Tools, AreFollowedOnAnotherEngine) {
  desk_options options;
  options.storage = tests::fresh_storage();
  options.deployment = deployment::shared;
  options.turns.flush_interval = 1ms;
  gate hold;
  options.tools.add(giving("quick", "1")).add(waiting("slow", hold));
  desk here(options);
  here.model->push(answer_script().tool_call(0, "q", "quick", "").tool_call(1, "s", "slow", "").finish())
      .push(say("ok"));
  auto turn = sync_wait(here.chats().send(here.new_chat().id, "hi"));
  desk there(options);
  auto follower = sync_wait(there.chats().resume(turn.message_id()));

  std::optional<tool_result> seen;
  while (auto event = sync_wait(follower.next())) {
    auto const* done = std::get_if<tool_result>(&*event);
    if (!done || seen) continue;
    seen = *done;
    hold.open();
  }

  EXPECT_EQ(seen, (tool_result{"q", "quick", "1", false}));
  EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "ok");
}

// --- what later prompts have of it
// ------------------------------------------------------------------------------------

TEST(Tools, AreReadAgainInLaterTurnsAsTheyHappened) {
  desk d(with(giving("roll", "4")));
  d.model->push(answer_script().text("First. ").tool_call(0, "a", "roll", "").finish())
      .push(say("Four."))
      .push(say("later"));
  auto const chat = d.new_chat();
  auto first = sync_wait(d.chats().send(chat.id, "hi"));
  sync_wait(first.answer());

  auto second = sync_wait(d.chats().send(chat.id, "and?"));
  sync_wait(second.answer());

  auto const prompt = d.model->requests().at(2).messages;
  ASSERT_EQ(prompt.size(), 5U);
  EXPECT_EQ(kinds(prompt[1].parts), "text tool_call ");
  EXPECT_EQ(prompt[2].who, role::tool);
  EXPECT_EQ(kinds(prompt[2].parts), "tool_result ");
  EXPECT_EQ(kinds(prompt[3].parts), "text ");
  EXPECT_EQ(prompt[3].who, role::assistant);
}

TEST(Tools, AreNeverCutOffFromTheirResultsByTheContextBudget) {
  auto options = with(giving("roll", std::string(4'000, '4')));
  options.context = token_budget_context(500);
  desk d(options);
  d.model->push(calling("roll")).push(say("Four.")).push(say("later"));
  auto const chat = d.new_chat();
  auto first = sync_wait(d.chats().send(chat.id, "hi"));
  sync_wait(first.answer());

  auto second = sync_wait(d.chats().send(chat.id, "and?"));
  sync_wait(second.answer());

  auto const prompt = d.model->requests().at(2).messages;
  ASSERT_EQ(prompt.size(), 1U);
  EXPECT_EQ(text_of(prompt[0].parts), "and?");
}

TEST(Tools, KeepAVendorsAdditionsForTheSameProviderOnly) {
  auto options = with(giving("roll", "4"));
  options.providers.push_back("second");
  desk d(options);
  boost::json::object const signature({{"signature", "s1"}});
  d.model
      ->push(answer_script()
                 .event(reasoning_delta{"hm", signature})
                 .event(tool_call_delta{0, "a", "roll", "{}", signature})
                 .finish(finish_reason::tool_calls))
      .push(say("Four."))
      .push(say("same"))
      .push(say("other"));
  auto const chat = d.new_chat();
  auto const send = [&](std::optional<std::string> model) {
    send_options how;
    how.model = std::move(model);
    auto turn = sync_wait(d.chats().send(chat.id, "hi", std::move(how)));
    sync_wait(turn.answer());
  };
  auto const additions = [](completion_request const& asked) {
    int count = 0;
    for (auto const& message : asked.messages)
      for (auto const& p : message.parts)
        count += std::visit([](auto const& one) { return one.provider_data ? 1 : 0; }, p);
    return count;
  };

  send(std::nullopt);
  send("scripted/another");
  send("second/model");

  auto const requests = d.model->requests();
  EXPECT_EQ(additions(requests.at(1)), 2) << "within the loop";
  EXPECT_EQ(additions(requests.at(2)), 2) << "the same provider";
  EXPECT_EQ(additions(requests.at(3)), 0) << "another provider";
}

TEST(ToolTurn, WarnsOnceOfWhatEveryStepLeavesOut) {
  desk d(with(giving("look", "found")));
  d.model->push(calling("look")).push(say("done"));
  auto const chat = sync_wait(d.chats().create("Test", "scripted/o3"));
  send_options how;
  how.temperature = 0.5;
  how.on_unsupported = unsupported_policy::drop;
  auto turn = sync_wait(d.chats().send(chat.id, "hi", how));

  auto const end = tests::read_all(turn).end.value();

  EXPECT_EQ(d.model->requests().size(), 2U);
  EXPECT_EQ(end.warnings.size(), 1U);
}

}  // namespace
}  // namespace sambung::tools_test
