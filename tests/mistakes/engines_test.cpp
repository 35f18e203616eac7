// Engines that nobody runs, starts or shuts down, or that go too early.
#include "mistakes/mistake.hpp"
#include "support/unrun_engine.hpp"

#include <sambung/core/deadline.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <future>

namespace sambung::engines_test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::eventually;
using testing::answer_script;
using testing::gate;
using tests::code_of;
using tests::code_thrown_by;
using tests::desk;
using tests::desk_options;
using tests::failure_thrown_by;
using tests::say;
using tests::says;
using tests::scripted_options;
using tests::unrun_engine;

// --- destroyed early ---

TEST(Mistake, AnEngineDestroyedBeforeItsAnswerEndsKeepsItsText) {
  desk d;
  gate never;
  d.model->push(answer_script().text("half").wait(never));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  tests::read_first_text(turn);

  d.engine.reset();

  auto const told = code_of(turn.next());  // either that the engine has gone, or already how the answer ended
  EXPECT_TRUE(!told || told == errc::unavailable);
  EXPECT_TRUE(eventually([&] { return tests::stored_answer(d, turn.message_id()).state != message_state::streaming; }));
  auto const answer = tests::stored_answer(d, turn.message_id());
  EXPECT_EQ(answer.state, message_state::incomplete);
  EXPECT_EQ(text_of(answer.parts), "half");
}

TEST(Mistake, AnEngineDestroyedBeforeItsOperationsEndLosesNoneOfTheirWrites) {
  desk d;
  auto const chats = d.chats();
  asio::thread_pool elsewhere(2);
  std::vector<std::future<result<chat>>> made;
  for (int i = 0; i < 40; ++i)
    made.push_back(asio::co_spawn(elsewhere, as_result(chats.create("Many", "scripted/model")), asio::use_future));

  d.engine.reset();

  std::size_t promised = 0;
  for (auto& one : made) promised += one.get().has_value();
  EXPECT_EQ(d.all_in<chat>(d.tenant).size(), promised);
  EXPECT_EQ(promised, 40U);
}

TEST(Mistake, AnEngineDestroyedByItsOwnToolEndsItsTurn) {
  desk_options options;
  std::atomic<desk*> of = nullptr;
  auto end_it = [&](tool_call, boost::json::object) -> task<std::string> {
    of.load()->engine.reset();
    co_return "done";
  };
  options.tools.add(tool("end", "", boost::json::parse(R"({"type":"object"})").as_object(), tool::function(end_it)));
  desk d(std::move(options));
  of = &d;
  d.model->push(answer_script().text("a").tool_call(0, "c1", "end", "{}").finish(finish_reason::tool_calls));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  auto const id = turn.message_id();

  EXPECT_TRUE(eventually([&] { return tests::stored_answer(d, id).state != message_state::streaming; }));
  EXPECT_NE(code_of(std::move(turn).answer()), errc::internal);
}

TEST(Mistake, AStorageThatIsLetGoBeforeItsEngineStaysUntilThat) {
  desk d;
  d.storage.reset();

  EXPECT_TRUE(tests::still_works(d));
}

// --- nobody runs it ---

TEST(Mistake, AnEngineNeedsAnExecutor) {
  auto const why = failure_thrown_by([] { engine made(asio::any_io_executor{}, engine_options{}); });

  EXPECT_EQ(why->code, errc::invalid_argument);
  EXPECT_TRUE(says(why, "executor"));
}

// A lease of no time, or of the longest there is, was renewed without a pause.
TEST(Mistake, ATimeThatIsNoneOrForEverIsRefusedByItsName) {
  asio::thread_pool io(1);
  static constexpr auto for_ever = std::chrono::milliseconds::max();
  auto const refused = [&](auto change) {
    engine_options options;
    change(options);
    auto const why = failure_thrown_by([&] { engine made(io.get_executor(), std::move(options)); });
    return why && why->code == errc::invalid_argument ? why->issues.at(0).path : std::string();
  };

  EXPECT_EQ(refused([](engine_options& o) { o.turns.lease = 0ms; }), "turns.lease");
  EXPECT_EQ(refused([](engine_options& o) { o.turns.lease = for_ever; }), "turns.lease");
  EXPECT_EQ(refused([](engine_options& o) { o.turns.flush_interval = -1ms; }), "turns.flush_interval");
  EXPECT_EQ(refused([](engine_options& o) { o.turns.retention = for_ever; }), "turns.retention");
  EXPECT_EQ(refused([](engine_options& o) { o.tool_limits.approval = for_ever; }), "tool_limits.approval");
  EXPECT_EQ(refused([](engine_options& o) { o.idempotency_lifetime = std::chrono::seconds::max(); }),
            "idempotency_lifetime");
  EXPECT_EQ(refused([](engine_options& o) { o.auth.session_lifetime = std::chrono::seconds::max(); }),
            "auth.session_lifetime");
  EXPECT_EQ(refused([](engine_options& o) { o.auth.revocation_interval = for_ever; }), "auth.revocation_interval");
  EXPECT_EQ(refused([](engine_options&) {}), "");
}

// Added to now it would be long past.
TEST(Mistake, TheLongestTimeThereIsWaits) {
  auto const clock = system_clock();
  auto const soon = [&] { return clock->sleep(20ms); };
  EXPECT_EQ(code_thrown_by([&] { sync_wait(soon(), std::chrono::milliseconds::max()); }), std::nullopt);
  EXPECT_EQ(code_thrown_by([&] { sync_wait(within(soon(), std::chrono::milliseconds::max())); }), std::nullopt);
  EXPECT_EQ(code_thrown_by([&] { sync_wait(soon(), std::chrono::milliseconds::max(), [] { return true; }); }),
            std::nullopt);
}

TEST(Mistake, AShutdownThatMayTakeForEverLetsTurnsEnd) {
  desk d;
  gate hold;
  d.model->push(answer_script().text("half").wait(hold).text("whole").finish());
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto down = std::async(std::launch::async, [&] { sync_wait(d.engine->shutdown(std::chrono::milliseconds::max())); });
  EXPECT_EQ(down.wait_for(100ms), std::future_status::timeout);
  hold.open();
  down.get();

  EXPECT_EQ(sync_wait(turn.answer()).state, message_state::complete);
}

TEST(Mistake, AnAnswerIsReadWhileNobodyRunsTheExecutor) {
  unrun_engine left;
  left.model->push(say("hello"));
  auto turn = sync_wait(left.desk->chats().send(left.at.id, "hi"));
  EXPECT_TRUE(sync_wait(turn.next())) << "that it has started";

  auto const why = failure_thrown_by([&] { sync_wait(turn.answer()); });

  EXPECT_EQ(why->code, errc::unavailable);
  EXPECT_TRUE(says(why, "no thread runs the engine's executor"));
  std::thread runner([&] { left.io->run_for(10s); });
  EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "hello") << "it is only late";
  left.io->stop();
  runner.join();
}

TEST(Mistake, AnAnswerIsStoppedWhileNobodyRunsTheExecutor) {
  unrun_engine left;
  auto const turn = sync_wait(left.desk->chats().send(left.at.id, "hi"));

  auto const why = failure_thrown_by([&] { sync_wait(left.desk->chats().stop(turn.message_id())); });

  EXPECT_EQ(why->code, errc::unavailable);
  EXPECT_TRUE(says(why, "no thread runs the engine's executor"));
}

TEST(Mistake, AnEngineIsShutDownWhileNobodyRunsTheExecutor) {
  unrun_engine left;

  auto const why = failure_thrown_by([&] { sync_wait(left.made->shutdown(10ms)); });

  EXPECT_EQ(why->code, errc::deadline_exceeded);
  EXPECT_TRUE(says(why, "no thread runs the engine's executor"));
}

TEST(Mistake, AWaitOnTheThreadThatRunsTheEngineIsRefused) {
  desk d;
  std::promise<std::optional<failure>> told;
  asio::post(d.io, [&] { told.set_value(failure_thrown_by([&] { sync_wait(d.chats().list()); })); });

  auto const why = told.get_future().get();

  EXPECT_EQ(why->code, errc::invalid_argument);
  EXPECT_TRUE(says(why, "co_await there instead"));
  EXPECT_TRUE(tests::still_works(d));
}

TEST(Mistake, AWaitInAToolIsRefusedAndItsTurnGoesOn) {
  desk_options options;
  std::atomic<desk*> of = nullptr;
  auto wait_there = [&](tool_call, boost::json::object) -> task<std::string> {
    sync_wait(of.load()->chats().list());
    co_return "done";
  };
  auto schema = boost::json::parse(R"({"type":"object"})").as_object();
  options.tools.add(tool("wait", "", std::move(schema), tool::function(wait_there)));
  desk d(std::move(options));
  of = &d;
  d.model->push(answer_script().tool_call(0, "c1", "wait", "{}").finish(finish_reason::tool_calls)).push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::complete);
  auto const* told = std::get_if<tool_result_part>(&answer.parts.at(1));
  ASSERT_TRUE(told);
  EXPECT_NE(told->text.find("co_await there instead"), std::string::npos) << told->text;
}

TEST(Mistake, AShutdownEndsUnderAClockThatStandsStill) {
  desk_options options;
  options.clock = std::make_shared<testing::manual_clock>();
  desk d(std::move(options));
  gate never;
  d.model->push(answer_script().text("half").wait(never));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  tests::read_first_text(turn);

  sync_wait(d.engine->shutdown(10ms));

  EXPECT_EQ(text_of(tests::stored_answer(d, turn.message_id()).parts), "half");
}

// --- started and shut down wrongly ---

TEST(Mistake, AnEngineThatWasNotStartedSaysThatItsStorageWasNot) {
  asio::thread_pool io(1);
  engine made(io.get_executor(), scripted_options(std::make_shared<testing::scripted_provider>()));

  auto const why = failure_thrown_by([&] { sync_wait(made.tenants().create("acme")); });

  EXPECT_EQ(why->code, errc::unavailable);
  EXPECT_TRUE(says(why, "migrate")) << why->message;
  EXPECT_EQ(code_thrown_by([&] { sync_wait(made.shutdown(0ms)); }), std::nullopt);
}

TEST(Mistake, AnEngineThatIsStartedTwiceKeepsTheAnswersThatRun) {
  desk d;
  gate hold;
  d.model->push(answer_script().text("half").wait(hold).text(" and half").finish());
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  tests::read_first_text(turn);

  sync_wait(d.engine->start());

  hold.open();
  auto const answer = sync_wait(turn.answer());
  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_EQ(text_of(answer.parts), "half and half");
}

TEST(Mistake, AnEngineThatIsShutDownTwiceEndsBothTimes) {
  desk d;
  ASSERT_TRUE(tests::still_works(d));

  sync_wait(d.engine->shutdown(0ms));
  sync_wait(d.engine->shutdown(0ms));
}

TEST(Mistake, AnEngineThatIsUsedBehindItsShutdownBeginsNoTurn) {
  desk d;
  auto const home = d.new_chat().id;
  sync_wait(d.engine->shutdown(0ms));

  EXPECT_EQ(code_of(d.chats().send(home, "hi")), errc::unavailable);
  EXPECT_EQ(sync_wait(d.chats().get(home)).id, home);
  EXPECT_TRUE(sync_wait(d.chats().messages(home)).items.empty());
}

TEST(Mistake, TwoEnginesThatEachThinkTheyAreAloneLoseNoText) {
  auto const store = tests::fresh_storage();
  desk_options options;
  options.storage = store;
  options.turns.flush_interval = 1ms;
  desk first(options);
  gate hold;
  first.model->push(answer_script().text("half").wait(hold).text(" and half").finish());
  auto turn = sync_wait(first.chats().send(first.new_chat().id, "hi"));
  tests::read_first_text(turn);
  collection<turn_chunk> const chunks(*store, testing::tenant_scope(first.tenant));
  ASSERT_TRUE(eventually([&] { return !sync_wait(chunks.list(chunks.all(), page_request())).value().items.empty(); }));

  desk second(options);

  EXPECT_EQ(tests::stored_answer(second, turn.message_id()).state, message_state::incomplete);
  EXPECT_EQ(text_of(tests::stored_answer(second, turn.message_id()).parts), "half");
  hold.open();
  EXPECT_EQ(sync_wait(turn.answer()).state, message_state::incomplete) << "its reader is told";
  EXPECT_TRUE(tests::still_works(first));
}

}  // namespace
}  // namespace sambung::engines_test
