// Who would wait for ever is told so: on the executor's own thread, with nobody who runs the executor, with a clock
// that stands still, with engines and contexts that go in any order.
#include "support/desk.hpp"
#include "support/eventually.hpp"
#include "support/thrown.hpp"
#include "support/unrun_engine.hpp"

#include <sambung/storage/memory.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>

#include <future>
#include <thread>

namespace sambung::waiting_test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::eventually;
using testing::answer_script;
using testing::gate;
using tests::code_thrown_by;
using tests::desk;
using tests::desk_options;
using tests::halted_engine;
using tests::say;
using tests::scripted_options;

// --- sync_wait ------------------------------------------------------------------------------------------------------

// What sync_wait throws on a thread that runs `executor`, while an engine is on `of_engine`.
std::optional<errc> code_of_waiting_on(asio::any_io_executor executor, engine& of) {
  std::promise<std::optional<errc>> told;
  asio::post(executor, [&] { told.set_value(code_thrown_by([&] { sync_wait(of.check()); })); });
  return told.get_future().get();
}

TEST(SyncWait, IsRefusedOnAThreadThatRunsTheExecutorOfAnEngine) {
  asio::thread_pool pool(1);
  asio::io_context io(1);
  auto const work = asio::make_work_guard(io);
  std::thread runner([&] { io.run(); });
  {
    auto const model = std::make_shared<testing::scripted_provider>();
    engine on_pool(pool.get_executor(), scripted_options(model));
    engine on_io(io.get_executor(), scripted_options(model));
    engine on_strand(asio::make_strand(io.get_executor()), scripted_options(model));

    EXPECT_EQ(code_of_waiting_on(pool.get_executor(), on_pool), errc::invalid_argument);
    EXPECT_EQ(code_of_waiting_on(io.get_executor(), on_io), errc::invalid_argument);
    EXPECT_EQ(code_of_waiting_on(io.get_executor(), on_strand), errc::invalid_argument);
    EXPECT_EQ(code_thrown_by([&] { sync_wait(on_pool.check()); }), std::nullopt);
  }
  io.stop();
  runner.join();
}

TEST(SyncWait, IsRefusedInAToolOfATurn) {
  desk_options options;
  std::atomic<engine*> of = nullptr;
  auto schema = boost::json::parse(R"({"type":"object"})").as_object();
  auto wait_there = [&](tool_call, boost::json::object) -> task<std::string> {
    sync_wait(of.load()->check());
    co_return "done";
  };
  options.tools.add(tool("act", "", std::move(schema), tool::function(wait_there)));
  desk d(std::move(options));
  of = d.engine.get();
  d.model->push(answer_script().tool_call(0, "c1", "act", "{}").finish(finish_reason::tool_calls)).push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::complete);
}

TEST(SyncWait, IsForThreadsThatRunWhatNoEngineRunsOn) {
  asio::thread_pool engines(1), others(1);
  auto const model = std::make_shared<testing::scripted_provider>();
  {
    engine one(engines.get_executor(), scripted_options(model));

    EXPECT_EQ(code_of_waiting_on(others.get_executor(), one), std::nullopt);
  }
  engine next(others.get_executor(), scripted_options(model));
  EXPECT_EQ(code_of_waiting_on(engines.get_executor(), next), std::nullopt) << "its engine is gone";
}

// --- shutdown -------------------------------------------------------------------------------------------------------

TEST(Shutdown, EndsWhenNobodyRunsTheExecutor) {
  asio::io_context io(1);
  auto const model = std::make_shared<testing::scripted_provider>();
  engine made(io.get_executor(), scripted_options(model));
  sync_wait(made.start());

  EXPECT_EQ(code_thrown_by([&] { sync_wait(made.shutdown(10ms)); }), errc::deadline_exceeded);
}

TEST(Shutdown, HasNothingToWaitForInAnEngineThatNeverRan) {
  asio::io_context io(1);
  engine made(io.get_executor(), scripted_options(std::make_shared<testing::scripted_provider>()));

  EXPECT_EQ(code_thrown_by([&] { sync_wait(made.shutdown(10ms)); }), std::nullopt);
}

TEST(Shutdown, EndsUnderAClockThatStandsStill) {
  auto const clock = std::make_shared<testing::manual_clock>();
  desk_options options;
  options.clock = clock;
  desk d(std::move(options));
  gate never;
  d.model->push(answer_script().text("half").wait(never));
  auto const chat = d.new_chat();
  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  tests::read_first_text(turn);

  sync_wait(d.engine->shutdown(10ms));

  collection<message> const stored(*d.storage, testing::tenant_scope(d.tenant));
  auto const answer = sync_wait(stored.get(turn.message_id())).value();
  EXPECT_EQ(answer.state, message_state::incomplete);
  EXPECT_EQ(text_of(answer.parts), "half");
  d.engine.reset();
}

TEST(Shutdown, StillTakesItsGraceFromTheEnginesClock) {
  auto const clock = std::make_shared<testing::manual_clock>();
  desk_options options;
  options.clock = clock;
  desk d(std::move(options));
  gate never;
  d.model->push(answer_script().text("half").wait(never));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  tests::read_first_text(turn);
  std::promise<void> ended;
  std::thread waiting([&] {
    sync_wait(d.engine->shutdown(1h));
    ended.set_value();
  });

  auto end = ended.get_future();
  EXPECT_TRUE(eventually([&] {
    clock->advance(1h);
    return end.wait_for(0s) == std::future_status::ready;
  }));

  waiting.join();
  d.engine.reset();
}

// --- engines and contexts in any order
// --------------------------------------------------------------------------------

TEST(Engine, MayGoBeforeItsContextWithATurnThatNobodyRuns) {
  for (auto const threads : {executor_threads::one, executor_threads::many}) {
    halted_engine begun(threads);

    begun.made.reset();
    begun.io.reset();
  }
}

TEST(Engine, MayGoAfterItsContextWithATurnThatNobodyRuns) {
  for (auto const threads : {executor_threads::one, executor_threads::many}) {
    halted_engine begun(threads);

    begun.io.reset();
    begun.made.reset();
  }
}

TEST(Engine, MayGoAfterItsContextWhenItsShutdownWasCutOff) {
  for (auto const threads : {executor_threads::one, executor_threads::many}) {
    halted_engine begun(threads);
    EXPECT_EQ(code_thrown_by([&] { sync_wait(begun.made->shutdown(1ms)); }), errc::deadline_exceeded);

    begun.io.reset();
    begun.made.reset();
  }
}

TEST(Engine, LetsAReaderGoWhenItsContextGoes) {
  asio::thread_pool elsewhere(1);
  halted_engine begun(executor_threads::many);
  auto next = asio::co_spawn(elsewhere, as_result(begun.reader->next()), asio::use_future);

  begun.io.reset();

  EXPECT_EQ(next.get().error().code, errc::unavailable);
}

TEST(Engine, NeedsAnExecutor) {
  EXPECT_EQ(code_thrown_by([] { engine made(asio::any_io_executor{}, engine_options{}); }), errc::invalid_argument);
}

// --- executor_threads::one
// --------------------------------------------------------------------------------------------

// Its streams hold the thread until the test lets them go.
class holding_provider final : public provider {
 public:
  std::atomic<int> inside = 0;
  std::atomic<bool> go = false;

 private:
  class stream final : public completion_stream {
   public:
    explicit stream(holding_provider& of) : of_(of) {}
    std::string model() const override { return "model"; }
    task<result<std::optional<completion_event>>> next() override {
      if (std::exchange(told_, true)) co_return std::optional<completion_event>(completion_finished());
      co_return std::optional<completion_event>(text_delta{"x"});
    }
    std::optional<completion_event> ready() override {
      ++of_.inside;
      while (!of_.go) std::this_thread::yield();
      return std::nullopt;
    }

   private:
    holding_provider& of_;
    bool told_ = false;
  };

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request) override {
    co_return std::make_unique<stream>(*this);
  }
  task<result<std::vector<model_info>>> do_models() override { co_return std::vector<model_info>(); }
};

// Who says that there is one thread and has several makes races: there is nothing to see for ThreadSanitizer.
#ifdef __has_feature
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SAMBUNG_WATCHED_FOR_RACES
#endif
#endif

TEST(ExecutorThreads, OneOnSeveralThreadsIsNoticed) {
#ifdef SAMBUNG_WATCHED_FOR_RACES
  GTEST_SKIP() << "what it does on purpose is a race";
#endif
  auto const model = std::make_shared<holding_provider>();
  asio::thread_pool pool(3);
  engine made(pool.get_executor(), scripted_options(model, executor_threads::one));
  sync_wait(made.start());
  auto const home = sync_wait(made.tenants().create("acme"));
  auto const ada = sync_wait(made.users().create(home.id, "ada@acme.example", member_role::owner));
  auto chats = made.workspace(principal::trusted(home.id, ada.id, member_role::owner)).chats();
  auto const send = [&] {
    auto const chat = sync_wait(chats.create("Test", "scripted/model"));
    return sync_wait(chats.send(chat.id, "hi"));
  };

  auto first = send();
  ASSERT_TRUE(eventually([&] { return model->inside == 1; }));
  auto second = send();
  auto const noticed = sync_wait(second.answer());
  model->go = true;
  auto const unharmed = sync_wait(first.answer());

  EXPECT_EQ(noticed.state, message_state::failed);
  auto const* why = std::get_if<error_part>(&noticed.parts.back());
  ASSERT_TRUE(why);
  EXPECT_NE(why->message.find("executor_threads::many"), std::string::npos) << why->message;
  EXPECT_EQ(unharmed.state, message_state::complete);
  sync_wait(made.shutdown(0ms));
  pool.stop();
  pool.join();
}

}  // namespace
}  // namespace sambung::waiting_test
