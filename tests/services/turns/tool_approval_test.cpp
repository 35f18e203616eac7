// A person's approval of what tools do: who is asked, what they may say, and what outlives the turn that asked.
#include "support/desk.hpp"
#include "support/eventually.hpp"
#include "support/together.hpp"
#include "support/watched_storage.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>
#include <boost/describe/enum_to_string.hpp>

#include <atomic>

namespace sambung::tool_approval_test {
namespace {

using namespace std::chrono_literals;
using testing::answer_script;
using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

struct wiped {
  std::string what;
};
BOOST_DESCRIBE_STRUCT(wiped, (), (what))

using run_count = std::shared_ptr<std::atomic<int>>;
run_count no_runs() { return std::make_shared<std::atomic<int>>(0); }

// Counts how often it is called.
tool wipe(run_count runs, std::string description = "Wipes something.") {
  return make_tool<wiped>("wipe", std::move(description), [runs](tool_call, wiped asked) -> task<std::string> {
    ++*runs;
    co_return "wiped " + asked.what;
  });
}

desk_options with(tool one) {
  desk_options options;
  options.tools.add(std::move(one));
  return options;
}
desk_options asking_for_wipe(run_count runs) {
  auto one = wipe(std::move(runs));
  one.needs_approval();
  return with(std::move(one));
}

std::string const disk = R"({"what":"disk"})";

answer_script calling(std::string id = "c1", std::string arguments = disk) {
  return answer_script().tool_call(0, std::move(id), "wipe", std::move(arguments)).finish(finish_reason::tool_calls);
}

// The next question; none when the turn ends without one.
std::optional<tool_approval> asked(turn& reader) {
  while (auto event = sync_wait(reader.next()))
    if (auto* question = std::get_if<tool_approval>(&*event)) return std::move(*question);
  return std::nullopt;
}

// What is told of calls from here on to the end: "decided c1 once", "result c1".
std::vector<std::string> told_of_calls(turn& reader) {
  std::vector<std::string> told;
  while (auto event = sync_wait(reader.next())) {
    if (auto const* said = std::get_if<tool_decided>(&*event))
      told.push_back("decided " + said->call_id + " " + boost::describe::enum_to_string(said->verdict, ""));
    if (auto const* done = std::get_if<tool_result>(&*event)) told.push_back("result " + done->call_id);
  }
  return told;
}

tool_result_part result_in(message const& answer) {
  for (auto const& p : answer.parts)
    if (auto const* result = std::get_if<tool_result_part>(&p)) return *result;
  ADD_FAILURE() << "no result";
  return {};
}

tool_decision only_decision(desk& d) {
  auto const all = d.all_in<tool_decision>(d.tenant);
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? tool_decision() : all.front();
}

std::vector<tool_decision> pending(chats of, std::optional<chat_id> in = std::nullopt) {
  return sync_wait(of.pending_tools(in)).items;
}

tool_decision decide(chats of, message_id answer, approval_verdict verdict, std::string call = "c1") {
  return sync_wait(of.decide_tool(answer, std::move(call), verdict));
}

// A turn whose user is asked.
struct in_a_question {
  explicit in_a_question(desk_options options) : d(std::move(options)) {
    d.model->push(calling()).push(say("ok"));
    chat = d.new_chat().id;
    running.emplace(sync_wait(d.chats().send(chat, "wipe it")));
    question = asked(*running);
    EXPECT_TRUE(question);
  }
  message_id answer() const { return running->message_id(); }
  message end() { return sync_wait(running->answer()); }

  desk d;
  chat_id chat;
  std::optional<turn> running;
  std::optional<tool_approval> question;
};

// What a message of the chat comes to, for which the model wants to wipe the disk.
struct outcome {
  message answer;
  bool was_asked = false;
};
outcome ask_again(desk& d, chat_id where) {
  d.model->push(calling()).push(say("ok"));
  auto turn = sync_wait(d.chats().send(where, "again"));
  outcome got;
  got.was_asked = asked(turn).has_value();
  if (got.was_asked) decide(d.chats(), turn.message_id(), approval_verdict::deny);
  got.answer = sync_wait(turn.answer());
  return got;
}

// --- asking and deciding --------------------------------------------------------------------------------------------

TEST(ToolQuestion, LetsTheCallBeMadeThatTheUserAgreesTo) {
  auto const runs = no_runs();
  in_a_question now(asking_for_wipe(runs));
  EXPECT_EQ(*runs, 0);
  EXPECT_EQ(now.question->call_id, "c1");
  EXPECT_EQ(now.question->tool, "wipe");
  EXPECT_EQ(now.question->arguments, disk);
  EXPECT_FALSE(now.question->is_cut);
  auto const waiting = pending(now.d.chats());
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].message_id, now.answer());
  EXPECT_EQ(waiting[0].call_id, "c1");
  EXPECT_EQ(waiting[0].until, now.question->until);
  EXPECT_EQ(waiting[0].arguments, disk);

  auto const decided = decide(now.d.chats(), now.answer(), approval_verdict::once);

  EXPECT_EQ(decided.verdict, approval_verdict::once);
  EXPECT_EQ(decided.decided_by, now.d.user);
  auto const answer = now.end();
  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_EQ(result_in(answer).text, "wiped disk");
  EXPECT_EQ(*runs, 1);
  EXPECT_EQ(only_decision(now.d).state, decision_state::used);
  EXPECT_TRUE(pending(now.d.chats()).empty());
  EXPECT_TRUE(now.d.all_in<tool_grant>(now.d.tenant).empty());
}

TEST(ToolQuestion, DeniesTheCallThatTheUserDoesNotAgreeTo) {
  auto const runs = no_runs();
  in_a_question now(asking_for_wipe(runs));

  decide(now.d.chats(), now.answer(), approval_verdict::deny);

  auto const answer = now.end();
  EXPECT_EQ(text_of(answer.parts), "ok");
  EXPECT_TRUE(result_in(answer).is_error);
  EXPECT_EQ(result_in(answer).text, "Error: the call is not allowed: the user does not agree");
  EXPECT_EQ(*runs, 0);
}

// As damage may leave it.
TEST(ToolQuestion, DeniesTheCallThatIsDecidedWithoutAVerdict) {
  auto const runs = no_runs();
  auto options = asking_for_wipe(runs);
  options.turns.lease = 300ms;  // looks for what other engines stored three times in it
  in_a_question now(std::move(options));
  auto decided = update<tool_decision>(only_decision(now.d).id).set(&tool_decision::state, decision_state::decided);
  batch b;
  b.add(std::move(decided));
  ASSERT_TRUE(sync_wait(now.d.storage->write(testing::tenant_scope(now.d.tenant), std::move(b))));

  auto const answer = now.end();

  EXPECT_EQ(result_in(answer).text, "Error: the call is not allowed: nobody could be asked");
  EXPECT_EQ(*runs, 0);
}

TEST(ToolQuestion, DeniesTheCallWhenNobodyDecidesInTime) {
  auto const runs = no_runs();
  auto const clock = std::make_shared<testing::manual_clock>();
  auto options = asking_for_wipe(runs);
  options.clock = clock;
  in_a_question now(std::move(options));
  EXPECT_EQ(now.question->until, clock->now() + tool_limits().approval);

  auto const expired = [&] {
    clock->advance(1min);
    return only_decision(now.d).state == decision_state::expired;
  };
  ASSERT_TRUE(test::eventually(expired));

  EXPECT_EQ(told_of_calls(*now.running), (std::vector<std::string>{"result c1"})) << "nobody has decided";
  auto const answer = now.end();
  EXPECT_TRUE(result_in(answer).is_error);
  EXPECT_EQ(*runs, 0);
  EXPECT_TRUE(pending(now.d.chats()).empty());
  EXPECT_EQ(code_of(now.d.chats().decide_tool(now.answer(), "c1", approval_verdict::once)), errc::conflict);
}

TEST(ToolQuestion, TakesTheFirstDecision) {
  auto const runs = no_runs();
  in_a_question now(asking_for_wipe(runs));

  decide(now.d.chats(), now.answer(), approval_verdict::once);
  now.end();

  EXPECT_EQ(decide(now.d.chats(), now.answer(), approval_verdict::once).verdict, approval_verdict::once);
  EXPECT_EQ(code_of(now.d.chats().decide_tool(now.answer(), "c1", approval_verdict::deny)), errc::conflict);
  EXPECT_EQ(code_of(now.d.chats().decide_tool(now.answer(), "c1", approval_verdict::always)), errc::conflict);
  EXPECT_TRUE(now.d.all_in<tool_grant>(now.d.tenant).empty());
  EXPECT_EQ(*runs, 1);
}

TEST(ToolQuestion, HasOneOutcomeHoweverManyDecideAtOnce) {
  auto const runs = no_runs();
  in_a_question now(asking_for_wipe(runs));
  std::vector<task<tool_decision>> deciding;
  for (int i = 0; i < 12; ++i)
    deciding.push_back(
        now.d.chats().decide_tool(now.answer(), "c1", i % 2 == 0 ? approval_verdict::deny : approval_verdict::once));

  auto const outcomes = tests::together(std::move(deciding));

  auto const stored = only_decision(now.d);
  for (auto const& one : outcomes)
    EXPECT_TRUE(one ? one->verdict == stored.verdict : one.error().code == errc::conflict);
  EXPECT_EQ(tests::successes(outcomes), 6U);
  auto const answer = now.end();
  EXPECT_EQ(result_in(answer).is_error, stored.verdict == approval_verdict::deny);
  EXPECT_EQ(*runs, stored.verdict == approval_verdict::deny ? 0 : 1);
}

TEST(ToolQuestion, HasOneOutcomeWhenAnotherDecidesInBetween) {
  auto const runs = no_runs();
  auto options = asking_for_wipe(runs);
  auto const watched = std::make_shared<tests::watched_storage>(options.storage);
  options.storage = watched;
  in_a_question now(options);
  auto const chats = now.d.chats();
  auto const deny = [&]() -> task<void> {
    auto denying = chats.decide_tool(now.answer(), "c1", approval_verdict::deny);
    (void)co_await std::move(denying);
  };
  watched->after_read_of("tool_decisions", deny, std::this_thread::get_id());  // the answer's turn reads them, too

  auto const code = code_of(chats.decide_tool(now.answer(), "c1", approval_verdict::once));

  EXPECT_EQ(code, errc::conflict);
  EXPECT_EQ(only_decision(now.d).verdict, approval_verdict::deny);
  EXPECT_TRUE(result_in(now.end()).is_error);
  EXPECT_EQ(*runs, 0);
}

TEST(ToolQuestion, IsForTheOwnerOfTheChat) {
  in_a_question now(asking_for_wipe(no_runs()));
  auto const bob = now.d.add_user("bob");
  auto const theirs = now.d.chats_of(bob);
  auto const viewer = now.d.chats_of(now.d.user, member_role::viewer);

  EXPECT_EQ(code_of(theirs.decide_tool(now.answer(), "c1", approval_verdict::once)), errc::not_found);
  EXPECT_EQ(code_of(viewer.decide_tool(now.answer(), "c1", approval_verdict::once)), errc::permission_denied);
  EXPECT_EQ(code_of(now.d.chats().decide_tool(now.answer(), "c2", approval_verdict::once)), errc::not_found);
  EXPECT_TRUE(pending(theirs).empty());
  EXPECT_EQ(code_of(theirs.pending_tools(now.chat)), errc::not_found);
  EXPECT_EQ(only_decision(now.d).state, decision_state::pending);
}

TEST(ToolQuestion, IsOfItsTenantAlone) {
  in_a_question now(asking_for_wipe(no_runs()));
  auto const globex = sync_wait(now.d.engine->tenants().create("globex")).id;
  auto const same_user = principal::trusted(globex, now.d.user, member_role::owner);
  auto const elsewhere = now.d.engine->workspace(same_user).chats();

  EXPECT_TRUE(pending(elsewhere).empty());
  EXPECT_EQ(code_of(elsewhere.pending_tools(now.chat)), errc::not_found);
  EXPECT_EQ(code_of(elsewhere.decide_tool(now.answer(), "c1", approval_verdict::once)), errc::not_found);
}

TEST(ToolQuestion, IsListedByChatAndByUser) {
  desk d(asking_for_wipe(no_runs()));
  d.model->push(calling("c1")).push(calling("c2"));
  auto one = sync_wait(d.chats().send(d.new_chat().id, "wipe it"));
  ASSERT_TRUE(asked(one));
  auto const other = d.new_chat().id;
  auto two = sync_wait(d.chats().send(other, "wipe it"));
  ASSERT_TRUE(asked(two));

  auto const here = pending(d.chats(), other);
  auto const first = sync_wait(d.chats().pending_tools(std::nullopt, page_request(1)));
  ASSERT_TRUE(first.next_cursor);
  auto const rest = sync_wait(d.chats().pending_tools(std::nullopt, page_request(1, first.next_cursor)));

  EXPECT_EQ(pending(d.chats()).size(), 2U);
  ASSERT_EQ(here.size(), 1U);
  EXPECT_EQ(here[0].call_id, "c2");
  ASSERT_EQ(first.items.size(), 1U);
  ASSERT_EQ(rest.items.size(), 1U);
  EXPECT_NE(first.items[0].call_id, rest.items[0].call_id);
  EXPECT_FALSE(rest.next_cursor);
}

TEST(ToolQuestion, KeepsNoOtherCallWaiting) {
  auto const runs = no_runs();
  auto options = asking_for_wipe(runs);
  options.tools.add(make_tool<wiped>("dust", "", [](tool_call, wiped) -> task<std::string> { co_return "dusted"; }));
  desk d(options);
  d.model
      ->push(answer_script()
                 .tool_call(0, "c1", "wipe", disk)
                 .tool_call(1, "c2", "dust", disk)
                 .finish(finish_reason::tool_calls))
      .push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "both"));

  std::optional<tool_result> first;
  bool asked = false;
  while (!first || !asked) {
    auto const event = sync_wait(turn.next());
    ASSERT_TRUE(event);
    if (auto const* done = std::get_if<tool_result>(&*event)) first = *done;
    asked = asked || std::holds_alternative<tool_approval>(*event);
  }

  EXPECT_EQ(first->text, "dusted");
  decide(d.chats(), turn.message_id(), approval_verdict::once);
  sync_wait(turn.answer());
  EXPECT_EQ(*runs, 1);
}

TEST(ToolQuestion, ShowsTheBeginningOfLongArguments) {
  std::string const arguments = R"({"what":")" + std::string(40'000, 'x') + "\"}";
  desk d(asking_for_wipe(no_runs()));
  d.model->push(calling("c1", arguments)).push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "wipe it"));

  auto const question = asked(turn);

  ASSERT_TRUE(question);
  EXPECT_TRUE(question->is_cut);
  EXPECT_EQ(question->arguments, arguments.substr(0, max_shown_arguments));
  EXPECT_TRUE(only_decision(d).is_cut);
}

TEST(ToolQuestion, IsNotAskedUnderAnIdThatNoAnswerCouldName) {
  auto const runs = no_runs();
  desk d(asking_for_wipe(runs));
  d.model->push(calling(std::string(5'000, 'c'))).push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "wipe it"));

  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_TRUE(result_in(answer).is_error);
  EXPECT_EQ(*runs, 0);
}

TEST(ToolQuestion, ComesBehindTheApplicationsWord) {
  auto const runs = no_runs();
  auto options = asking_for_wipe(runs);
  options.tools.ask([](tool_call) -> task<tool_verdict> { co_return tool_verdict::deny("not on Fridays"); });
  desk d(options);
  d.model->push(calling()).push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "wipe it"));

  EXPECT_FALSE(asked(turn));

  EXPECT_EQ(result_in(sync_wait(turn.answer())).text, "Error: the call is not allowed: not on Fridays");
  EXPECT_TRUE(d.all_in<tool_decision>(d.tenant).empty());
}

TEST(ToolQuestion, IsAskedWhenTheApplicationSaysSo) {
  auto const runs = no_runs();
  auto options = with(wipe(runs));
  options.tools.ask([](tool_call) -> task<tool_verdict> { co_return tool_verdict::ask(); });
  in_a_question now(std::move(options));

  decide(now.d.chats(), now.answer(), approval_verdict::once);

  EXPECT_EQ(result_in(now.end()).text, "wiped disk");
}

TEST(ToolPolicy, OffersNoModelWhatIsDenied) {
  auto one = wipe(no_runs());
  one.policy(tool_policy::deny);
  desk d(with(std::move(one)));
  d.model->push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  sync_wait(turn.answer());

  EXPECT_TRUE(d.model->requests().at(0).tools.empty());
  send_options how;
  how.tools.emplace(1, "wipe");
  EXPECT_EQ(code_of(d.chats().send(d.new_chat().id, "hi", how)), errc::invalid_argument);
}

// --- readers and engines --------------------------------------------------------------------------------------------

TEST(ToolQuestion, IsSeenByWhoComesLater) {
  in_a_question now(asking_for_wipe(no_runs()));

  auto late = sync_wait(now.d.chats().resume(now.answer()));

  EXPECT_EQ(asked(late), now.question);
}

TEST(ToolQuestion, TellsEachReaderWhatWasDecidedOnce) {
  for (auto const verdict : {approval_verdict::once, approval_verdict::deny}) {
    in_a_question now(asking_for_wipe(no_runs()));
    auto other = sync_wait(now.d.chats().resume(now.answer()));

    decide(now.d.chats(), now.answer(), verdict);
    decide(now.d.chats(), now.answer(), verdict);

    auto const said = std::string("decided c1 ") + boost::describe::enum_to_string(verdict, "");
    std::vector<std::string> const expected{said, "result c1"};
    EXPECT_EQ(told_of_calls(*now.running), expected);
    EXPECT_EQ(told_of_calls(other), expected);
  }
}

TEST(ToolQuestion, TellsNoDecisionWhereNobodyWasAsked) {
  in_a_question now(asking_for_wipe(no_runs()));
  decide(now.d.chats(), now.answer(), approval_verdict::chat);
  now.end();
  now.d.model->push(calling("c2")).push(say("ok"));

  auto next = sync_wait(now.d.chats().send(now.chat, "again"));

  EXPECT_EQ(told_of_calls(next), (std::vector<std::string>{"result c2"}));
}

TEST(ToolQuestion, TellsReadersOnOtherEnginesWhatWasDecidedBeforeTheCallEnds) {
  testing::gate working;
  auto slow = make_tool<wiped>("wipe", "", [&working](tool_call, wiped) -> task<std::string> {
    co_await working.wait();
    co_return "wiped";
  });
  slow.needs_approval();
  auto options = with(std::move(slow));
  options.storage = tests::fresh_storage();
  options.deployment = deployment::shared;
  options.turns.flush_interval = 1ms;
  in_a_question here(options);
  desk there(options);
  auto follower = sync_wait(there.chats().resume(here.answer()));
  ASSERT_TRUE(asked(follower));

  decide(here.d.chats(), here.answer(), approval_verdict::always);

  auto const told = sync_wait(follower.next());
  ASSERT_TRUE(told && std::holds_alternative<tool_decided>(*told));
  EXPECT_EQ(std::get<tool_decided>(*told), (tool_decided{"c1", approval_verdict::always}));
  working.open();
  EXPECT_EQ(here.end().state, message_state::complete);
}

TEST(ToolQuestion, IsSeenAndDecidedOnAnotherEngine) {
  auto const runs = no_runs();
  auto options = asking_for_wipe(runs);
  options.storage = tests::fresh_storage();
  options.deployment = deployment::shared;
  options.turns.flush_interval = 1ms;
  options.turns.lease = 3s;
  in_a_question here(options);
  desk there(options);
  auto follower = sync_wait(there.chats().resume(here.answer()));
  EXPECT_EQ(asked(follower), here.question);

  decide(there.chats(), here.answer(), approval_verdict::once);

  auto const answer = here.end();
  EXPECT_EQ(result_in(answer).text, "wiped disk");
  EXPECT_EQ(*runs, 1);
  EXPECT_EQ(tests::read_all(follower).end.value().state, message_state::complete);
}

TEST(ToolQuestion, EndsWithAStop) {
  auto const runs = no_runs();
  in_a_question now(asking_for_wipe(runs));

  auto const stopped = sync_wait(now.d.chats().stop(now.answer()));

  EXPECT_EQ(stopped.state, message_state::cancelled);
  EXPECT_EQ(only_decision(now.d).state, decision_state::ended);
  EXPECT_TRUE(pending(now.d.chats()).empty());
  EXPECT_EQ(code_of(now.d.chats().decide_tool(now.answer(), "c1", approval_verdict::once)), errc::conflict);
  EXPECT_EQ(*runs, 0);
}

TEST(ToolQuestion, IsDecidedByAnOperationThatOutlivesItsHandles) {
  in_a_question now(asking_for_wipe(no_runs()));

  auto listing = now.d.chats().pending_tools();
  auto deciding = now.d.chats().decide_tool(now.answer(), "c1", approval_verdict::always);
  auto granted = now.d.chats().tool_grants();

  EXPECT_EQ(sync_wait(std::move(listing)).items.size(), 1U);
  EXPECT_EQ(sync_wait(std::move(deciding)).verdict, approval_verdict::always);
  auto const grant = sync_wait(std::move(granted)).items.at(0).id;
  auto revoking = now.d.chats().revoke_tool_grant(grant);
  sync_wait(std::move(revoking));
}

// --- after a restart ------------------------------------------------------------------------------------------------

TEST(ToolQuestion, WaitsOverAShutdownForADecisionThatCountsForTheSameCall) {
  auto const runs = no_runs();
  auto options = asking_for_wipe(runs);
  options.storage = tests::fresh_storage();
  in_a_question before(options);
  sync_wait(before.d.engine->shutdown(0ms));
  desk after(options);
  auto const waiting = pending(after.chats());
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(sync_wait(after.chats().get_message(before.answer())).reason, message_reason::shutdown);

  decide(after.chats(), before.answer(), approval_verdict::once);

  after.model->push(calling()).push(say("ok"));
  auto again = sync_wait(after.chats().regenerate(before.answer()));
  EXPECT_FALSE(asked(again));
  EXPECT_EQ(result_in(sync_wait(again.answer())).text, "wiped disk");
  EXPECT_EQ(*runs, 1);
  EXPECT_TRUE(ask_again(after, before.chat).was_asked);  // once is once
}

TEST(ToolQuestion, OfALostTurnIsListedAndTakesADecision) {
  auto const runs = no_runs();
  auto options = asking_for_wipe(runs);
  options.storage = tests::fresh_storage();
  options.turns = tests::left_behind();
  in_a_question lost(options);
  desk next(options);  // on the same storage, as if the first process had died
  EXPECT_EQ(sync_wait(next.chats().get_message(lost.answer())).reason, message_reason::server_lost);
  ASSERT_EQ(pending(next.chats()).size(), 1U);

  decide(next.chats(), lost.answer(), approval_verdict::chat);

  EXPECT_TRUE(pending(next.chats()).empty());
  auto const got = ask_again(next, lost.chat);
  EXPECT_FALSE(got.was_asked);
  EXPECT_EQ(result_in(got.answer).text, "wiped disk");
  EXPECT_EQ(*runs, 1);  // the engine that was lost makes no call
}

TEST(ToolQuestion, DecidedForOneCallSaysNothingOfAnother) {
  auto options = asking_for_wipe(no_runs());
  options.storage = tests::fresh_storage();
  in_a_question before(options);
  sync_wait(before.d.engine->shutdown(0ms));
  desk after(options);
  decide(after.chats(), before.answer(), approval_verdict::once);
  after.model->push(calling("c1", R"({"what":"house"})")).push(say("ok"));

  auto again = sync_wait(after.chats().regenerate(before.answer()));

  EXPECT_TRUE(asked(again));
}

TEST(ToolQuestion, IsReplacedByTheNextOneOfItsChat) {
  auto options = asking_for_wipe(no_runs());
  options.storage = tests::fresh_storage();
  in_a_question before(options);
  sync_wait(before.d.engine->shutdown(0ms));
  desk after(options);
  after.model->push(calling()).push(say("ok"));

  auto again = sync_wait(after.chats().regenerate(before.answer()));

  ASSERT_TRUE(asked(again));
  auto const waiting = pending(after.chats());
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].message_id, again.message_id());
}

TEST(ToolQuestion, OfAnEndedTurnExpires) {
  auto const clock = std::make_shared<testing::manual_clock>();
  auto options = asking_for_wipe(no_runs());
  options.storage = tests::fresh_storage();
  options.clock = clock;
  in_a_question before(options);
  sync_wait(before.d.engine->shutdown(0ms));
  desk after(options);

  auto const expired = [&] {
    clock->advance(1min);
    return only_decision(after).state == decision_state::expired;
  };

  EXPECT_TRUE(test::eventually(expired));
  EXPECT_TRUE(pending(after.chats()).empty());
}

// --- grants ---------------------------------------------------------------------------------------------------------

TEST(ToolGrant, OfAChatIsForThatChat) {
  auto const runs = no_runs();
  in_a_question now(asking_for_wipe(runs));

  decide(now.d.chats(), now.answer(), approval_verdict::chat);

  EXPECT_EQ(result_in(now.end()).text, "wiped disk");
  auto const here = ask_again(now.d, now.chat);
  EXPECT_FALSE(here.was_asked);
  EXPECT_EQ(result_in(here.answer).text, "wiped disk");
  EXPECT_TRUE(ask_again(now.d, now.d.new_chat().id).was_asked);
  EXPECT_EQ(*runs, 2);
}

TEST(ToolGrant, IsForEveryChatOfTheUserAndOfNobodyElse) {
  in_a_question now(asking_for_wipe(no_runs()));

  decide(now.d.chats(), now.answer(), approval_verdict::always);

  now.end();
  EXPECT_FALSE(ask_again(now.d, now.d.new_chat().id).was_asked);
  auto theirs = now.d.chats_of(now.d.add_user("bob"));
  auto const home = sync_wait(theirs.create("His", "scripted/model"));
  now.d.model->push(calling()).push(say("ok"));
  auto turn = sync_wait(theirs.send(home.id, "wipe it"));
  EXPECT_TRUE(asked(turn));
}

TEST(ToolGrant, HoldsForTheToolAsItWas) {
  auto options = asking_for_wipe(no_runs());
  options.storage = tests::fresh_storage();
  {
    in_a_question before(options);
    decide(before.d.chats(), before.answer(), approval_verdict::always);
    before.end();
  }
  auto changed = wipe(no_runs(), "Wipes everything.");
  changed.needs_approval();
  auto other = with(std::move(changed));
  other.storage = options.storage;
  {
    desk after(other);
    EXPECT_TRUE(ask_again(after, after.new_chat().id).was_asked);
  }
  desk as_before(options);
  EXPECT_FALSE(ask_again(as_before, as_before.new_chat().id).was_asked);
}

TEST(ToolGrant, IsListedAndRevokedByWhoGaveIt) {
  in_a_question now(asking_for_wipe(no_runs()));
  decide(now.d.chats(), now.answer(), approval_verdict::always);
  now.end();
  auto const theirs = now.d.chats_of(now.d.add_user("bob"));
  auto const granted = sync_wait(now.d.chats().tool_grants()).items;
  ASSERT_EQ(granted.size(), 1U);
  EXPECT_EQ(granted[0].tool, "wipe");
  EXPECT_FALSE(granted[0].chat_id);
  EXPECT_TRUE(sync_wait(theirs.tool_grants()).items.empty());
  EXPECT_EQ(code_of(theirs.revoke_tool_grant(granted[0].id)), errc::not_found);
  EXPECT_EQ(code_of(now.d.chats_of(now.d.user, member_role::viewer).revoke_tool_grant(granted[0].id)),
            errc::permission_denied);

  sync_wait(now.d.chats().revoke_tool_grant(granted[0].id));

  EXPECT_TRUE(sync_wait(now.d.chats().tool_grants()).items.empty());
  EXPECT_EQ(code_of(now.d.chats().revoke_tool_grant(granted[0].id)), errc::not_found);
  EXPECT_TRUE(ask_again(now.d, now.chat).was_asked);
}

// --- what goes with it ----------------------------------------------------------------------------------------------

TEST(ToolQuestion, GoesWithItsChat) {
  in_a_question now(asking_for_wipe(no_runs()));
  decide(now.d.chats(), now.answer(), approval_verdict::chat);
  now.end();

  sync_wait(now.d.chats().remove(now.chat));

  EXPECT_TRUE(now.d.all_in<tool_decision>(now.d.tenant).empty());
  EXPECT_TRUE(now.d.all_in<tool_grant>(now.d.tenant).empty());
}

TEST(ToolQuestion, GoesWithItsChatWhileItWaits) {
  auto const runs = no_runs();
  in_a_question now(asking_for_wipe(runs));

  sync_wait(now.d.chats().remove(now.chat));

  EXPECT_TRUE(now.d.all_in<tool_decision>(now.d.tenant).empty());
  EXPECT_EQ(*runs, 0);
}

TEST(ToolQuestion, IsAmongWhatAUserTakesAlongAndGoesWithThem) {
  in_a_question now(asking_for_wipe(no_runs()));
  decide(now.d.chats(), now.answer(), approval_verdict::always);
  now.end();
  std::map<std::string, boost::json::object> exported;
  page_request which(max_page_size);
  do {
    auto found = sync_wait(now.d.account(now.d.user).export_data(which));
    for (auto& one : found.items) exported[one.table] = std::move(one.record);
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  EXPECT_EQ(exported["tool_decisions"]["verdict"], "always");
  EXPECT_EQ(exported["tool_grants"]["tool"], "wipe");
  now.d.add_user("bob");  // an owner has to be left

  auto const report = sync_wait(now.d.engine->users().erase(now.d.user));

  EXPECT_TRUE(now.d.all_in<tool_decision>(now.d.tenant).empty());
  EXPECT_TRUE(now.d.all_in<tool_grant>(now.d.tenant).empty());
  auto const has = [&](std::string_view table) {
    return std::ranges::count(report.tables, table, &erased_table::table) == 1;
  };
  EXPECT_TRUE(has("tool_decisions"));
  EXPECT_TRUE(has("tool_grants"));
}

}  // namespace
}  // namespace sambung::tool_approval_test
