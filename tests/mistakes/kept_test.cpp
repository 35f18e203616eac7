// What was got from an engine and is kept beyond it, beyond its executor, or beyond both.
#include "mistakes/mistake.hpp"
#include "support/unrun_engine.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <numeric>

namespace sambung::kept_test {
namespace {

using namespace std::chrono_literals;
using testing::answer_script;
using tests::code_of;
using tests::halted_engine;
using tests::home_of_engine;
using tests::unrun_engine;

// And everything that was got from it.
struct left_engine : halted_engine {
  explicit left_engine(executor_threads threads) : halted_engine(threads) {
    operation.emplace(desk->chats().rename(at.id, "Another", 1));
  }

  static constexpr std::size_t pieces = 5;
  void drop(std::size_t piece) {
    if (piece == 0) made.reset();
    if (piece == 1) io.reset();
    if (piece == 2) reader.reset();
    if (piece == 3) operation.reset();
    if (piece == 4) desk.reset();
  }

  std::optional<task<chat>> operation;
};

TEST(Mistake, AnEngineAndWhatItGaveGoInEveryOrder) {
  std::array<std::size_t, left_engine::pieces> order;
  std::iota(order.begin(), order.end(), 0);
  std::size_t round = 0;
  do {
    left_engine left(++round % 2 ? executor_threads::one : executor_threads::many);
    for (auto const piece : order) left.drop(piece);
  } while (std::next_permutation(order.begin(), order.end()));

  EXPECT_EQ(round, 120U);
}

constexpr std::array both_threads{executor_threads::one, executor_threads::many};

TEST(Mistake, AReaderOfAnAnswerThatNeverBeganIsKeptBeyondItsEngineAndTheExecutor) {
  for (auto const threads : both_threads) {
    unrun_engine left(threads);
    auto reader = sync_wait(left.desk->chats().send(left.at.id, "hi"));

    left.made.reset();
    left.io.reset();

    EXPECT_TRUE(sync_wait(reader.next())) << "that it has started";
    EXPECT_EQ(code_of(reader.next()), errc::unavailable);
  }
}

TEST(Mistake, AReaderOfAnAnswerThatAsksIsKeptBeyondItsEngineAndTheExecutor) {
  for (auto const threads : both_threads) {
    auto schema = boost::json::parse(R"({"type":"object"})").as_object();
    tool act("act", "", std::move(schema), [](tool_call, boost::json::object) -> task<std::string> { co_return "x"; });
    unrun_engine left(threads, toolbox().add(act.needs_approval()));
    left.model->push(answer_script().tool_call(0, "c1", "act", "{}").finish(finish_reason::tool_calls));
    turn reader;
    left.while_run([&] {
      reader = sync_wait(left.desk->chats().send(left.at.id, "hi"));
      while (!std::holds_alternative<tool_approval>(*sync_wait(reader.next()))) continue;
    });

    left.io.reset();
    left.made.reset();

    EXPECT_EQ(code_of(reader.next()), errc::unavailable);
  }
}

TEST(Mistake, AWorkspaceOfAnEngineOnAStrandIsKeptBeyondItAndTheExecutor) {
  for (auto const threads : both_threads) {
    unrun_engine left(threads, toolbox(), home_of_engine::strand);

    left.io.reset();
    EXPECT_EQ(code_of(left.made->shutdown(0ms)), errc::deadline_exceeded) << "nobody runs it";
    left.made.reset();

    EXPECT_EQ(sync_wait(left.desk->chats().get(left.at.id)).title, "Test");
    EXPECT_EQ(code_of(left.desk->chats().send(left.at.id, "hi")), errc::unavailable);
  }
}

}  // namespace
}  // namespace sambung::kept_test
