// engine_options::observer: what it is told of tools, providers, turns, storage, sweeps and queues, whatever it throws.
#include "support/desk.hpp"
#include "support/eventually.hpp"
#include "support/watched_storage.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace sambung::observer_test {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using testing::answer_script;
using testing::gate;
using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

// Remembers what it is told, and throws what nobody expects.
class listener final : public observer {
 public:
  void failed(failed_part const& what) override { keep(failed_, what); }
  void turn_ended(ended_turn const& turn) override { keep(turns_, turn); }
  void storage_away(storage_side side, failure const&) override { keep(away_, side); }
  void storage_back(storage_side side) override { keep(back_, side); }
  void swept(sweep_outcome const& outcome) override { keep(sweeps_, outcome); }
  void refused(engine_queue queue, failure const&) override { keep(queues_, queue); }

  std::vector<failed_part> failed() const { return copy(failed_); }
  std::vector<failed_part> failed(engine_part part) const {
    auto all = failed();
    std::erase_if(all, [&](auto const& one) { return one.part != part; });
    return all;
  }
  std::vector<ended_turn> turns() const { return copy(turns_); }
  std::vector<storage_side> away() const { return copy(away_); }
  std::vector<storage_side> back() const { return copy(back_); }
  std::vector<sweep_outcome> sweeps() const { return copy(sweeps_); }
  std::vector<engine_queue> queues() const { return copy(queues_); }

 private:
  template <class T>
  void keep(std::vector<T>& into, T const& told) {
    {
      std::lock_guard lock(mutex_);
      into.push_back(told);
    }
    throw 42;
  }
  template <class T>
  std::vector<T> copy(std::vector<T> const& of) const {
    std::lock_guard lock(mutex_);
    return of;
  }

  mutable std::mutex mutex_;
  std::vector<failed_part> failed_;
  std::vector<ended_turn> turns_;
  std::vector<storage_side> away_, back_;
  std::vector<sweep_outcome> sweeps_;
  std::vector<engine_queue> queues_;
};

struct no_parameters {};
BOOST_DESCRIBE_STRUCT(no_parameters, (), ())

template <class F>
tool tool_that(F f) {
  return make_tool<no_parameters>("act", "", [f](tool_call, no_parameters) -> task<std::string> { return f(); });
}
task<std::string> throw_runtime_error() {
  throw std::runtime_error("no such file");
  co_return "";
}
task<std::string> throw_a_number() {
  throw 7;
  co_return "";
}
task<std::string> throw_an_error() {
  throw error(errc::not_found, "there is no such ticket");
  co_return "";
}
task<std::string> give_no_text() { co_return "\xff"; }

struct observed_desk {
  explicit observed_desk(desk_options options = desk_options()) : d(observed(std::move(options), heard)) {}

  static desk_options observed(desk_options options, std::shared_ptr<listener> by) {
    options.observer = std::move(by);
    return options;
  }
  message ask() {
    auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
    return sync_wait(turn.answer());
  }

  std::shared_ptr<listener> heard = std::make_shared<listener>();
  desk d;
};

answer_script calling() { return answer_script().tool_call(0, "c1", "act", "{}").finish(finish_reason::tool_calls); }

TEST(Observer, IsToldWhatAToolThrew) {
  std::pair<task<std::string> (*)(), std::pair<errc, std::string>> const all[]{
      {throw_runtime_error, {errc::internal, "std::runtime_error: no such file"}},
      {throw_a_number, {errc::internal, "int"}},
      {throw_an_error, {errc::not_found, ""}},
      {give_no_text, {errc::internal, ""}}};
  for (auto const& [tool, expected] : all) {
    desk_options options;
    options.tools.add(tool_that(tool));
    observed_desk o(std::move(options));
    o.d.model->push(calling()).push(say("ok"));

    auto const answer = o.ask();

    EXPECT_EQ(answer.state, message_state::complete);
    auto const told = o.heard->failed(engine_part::tool);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].name, "act");
    EXPECT_EQ(told[0].why.code, expected.first);
    EXPECT_EQ(told[0].why.sensitive, expected.second);
    EXPECT_EQ(told[0].tenant_id, o.d.tenant);
    EXPECT_EQ(told[0].user_id, o.d.user);
    EXPECT_EQ(told[0].message_id, answer.id);
  }
}

TEST(Observer, IsToldWhatTheApprovalOfAToolThrew) {
  desk_options options;
  options.tools.add(tool_that(give_no_text)).ask([](tool_call) -> task<tool_verdict> {
    throw std::out_of_range("nobody there");
  });
  observed_desk o(std::move(options));
  o.d.model->push(calling()).push(say("ok"));

  o.ask();

  auto const told = o.heard->failed(engine_part::approval);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].why.sensitive, "std::out_of_range: nobody there");
  EXPECT_TRUE(o.heard->failed(engine_part::tool).empty());
}

TEST(Observer, IsToldOfAProviderThatRefusesAndOfOneThatBreaksOff) {
  observed_desk o;
  failure refusal(errc::rate_limited, "slow down");
  refusal.sensitive = "the vendor's body";
  o.d.model->push(answer_script().fail(refusal));
  o.d.model->push(answer_script().text("Hel").fail(failure(errc::unavailable, "broke off")));

  o.ask();
  o.ask();

  auto const told = o.heard->failed(engine_part::provider);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].name, "scripted/model");
  EXPECT_EQ(told[0].why.code, errc::rate_limited);
  EXPECT_EQ(told[0].why.sensitive, "the vendor's body");
  EXPECT_EQ(told[1].why.message, "broke off");
  EXPECT_EQ(told[1].user_id, o.d.user);
}

TEST(Observer, IsToldOfAProviderThatRefusesACompletion) {
  observed_desk o;
  o.d.model->push(answer_script().fail(failure(errc::unauthenticated, "wrong key")));
  text_part said;
  said.text = "hi";
  std::vector<part> parts(1, part(said));
  std::vector<prompt_message> question(1, prompt_message(role::user, std::move(parts)));
  completion_request request("scripted/model", std::move(question));

  EXPECT_EQ(code_of(o.d.as(o.d.user).completions().complete(std::move(request))), errc::unauthenticated);

  ASSERT_EQ(o.heard->failed(engine_part::provider).size(), 1U);
  EXPECT_EQ(o.heard->failed()[0].why.message, "wrong key");
}

class throwing_provider final : public provider {
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request) override {
    throw 7;
    co_return failure();
  }
  task<result<std::vector<model_info>>> do_models() override { co_return std::vector<model_info>(); }
};

TEST(Observer, IsToldWhatAProviderThrewAndTheTurnEnds) {
  desk_options options;
  options.more_providers.emplace_back("odd", std::make_shared<throwing_provider>());
  observed_desk o(std::move(options));
  auto const chat = sync_wait(o.d.chats().create("Test", "odd/model"));
  auto turn = sync_wait(o.d.chats().send(chat.id, "hi"));

  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::failed);
  ASSERT_FALSE(o.heard->failed().empty());
  EXPECT_EQ(o.heard->failed()[0].why.sensitive, "int");
}

TEST(Observer, IsToldHowEachTurnEnded) {
  observed_desk o;
  o.d.model->push(say("fine")).push(answer_script().fail(failure(errc::provider_error, "garbage")));

  auto const fine = o.ask();
  auto const bad = o.ask();

  ASSERT_TRUE(eventually([&] { return o.heard->turns().size() == 2; }));
  auto const told = o.heard->turns();
  EXPECT_EQ(told[0].message_id, fine.id);
  EXPECT_EQ(told[0].how.state, message_state::complete);
  EXPECT_FALSE(told[0].why);
  EXPECT_EQ(told[1].message_id, bad.id);
  EXPECT_EQ(told[1].model, "scripted/model");
  EXPECT_EQ(told[1].how.state, message_state::failed);
  EXPECT_EQ(told[1].why->message, "garbage");
  EXPECT_TRUE(told[1].stored);
}

TEST(Observer, IsToldWhenStorageGoesAndWhenItIsBack) {
  auto const store = std::make_shared<tests::watched_storage>(tests::fresh_storage());
  desk_options options;
  options.storage = store;
  observed_desk o(std::move(options));

  store->refuse_tenants(errc::unavailable);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(code_of(o.d.chats().create("Test", "scripted/model")), errc::unavailable);
  EXPECT_EQ(o.heard->away(), std::vector<storage_side>{storage_side::writes});
  EXPECT_TRUE(o.heard->back().empty());
  store->refuse_tenants(std::nullopt);
  o.d.new_chat();

  EXPECT_EQ(o.heard->away().size(), 1U);
  EXPECT_EQ(o.heard->back(), std::vector<storage_side>{storage_side::writes});
}

TEST(Observer, IsToldOfTurnsThatASweepSettled) {
  auto const store = tests::fresh_storage();
  gate never;
  auto lost = std::make_unique<desk>([&] {
    desk_options options;
    options.storage = store;
    options.turns = tests::left_behind();
    return options;
  }());
  lost->model->push(answer_script().text("half").wait(never));
  auto turn = sync_wait(lost->chats().send(lost->new_chat().id, "hi"));
  tests::read_first_text(turn);
  desk_options options;
  options.storage = store;

  observed_desk next(std::move(options));

  auto const told = next.heard->sweeps();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].settled, 1);
  EXPECT_EQ(told[0].failed, 0);
  never.open();
}

TEST(Observer, IsToldWhoFoundNoRoomForATurn) {
  desk_options options;
  options.turns.max_per_user = 1;
  observed_desk o(std::move(options));
  gate held;
  o.d.model->push(answer_script().wait(held).text("x").finish());
  auto const turn = sync_wait(o.d.chats().send(o.d.new_chat().id, "hi"));
  auto const other = o.d.new_chat();

  EXPECT_EQ(code_of(o.d.chats().send(other.id, "hi")), errc::rate_limited);

  EXPECT_EQ(o.heard->queues(), std::vector<engine_queue>{engine_queue::turns});
  held.open();
}

TEST(Observer, IsToldWhenTooManyPasswordsWait) {
  desk_options options;
  options.auth.max_waiting_passwords = 0;
  observed_desk o(std::move(options));

  auto auth = o.d.engine->auth();

  EXPECT_EQ(code_of(auth.sign_in("ada@acme.example", secret_string("long enough"))), errc::unavailable);

  EXPECT_EQ(o.heard->queues(), std::vector<engine_queue>{engine_queue::passwords});
}

TEST(Observer, NeedsNoneOfItsFunctions) {
  static constexpr std::chrono::milliseconds slow(1);
  auto const store = std::make_shared<tests::watched_storage>(tests::fresh_storage());
  desk_options options;
  options.storage = store;
  options.observer = std::make_shared<observer>();
  options.auth.max_waiting_passwords = 0;
  options.slow_query = slow;
  desk d(options);
  auto const chat = d.new_chat();
  d.model->push(answer_script().fail(failure(errc::unavailable, "away")));

  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  EXPECT_EQ(sync_wait(turn.answer()).state, message_state::failed);
  auto auth = d.engine->auth();
  EXPECT_EQ(code_of(auth.sign_in("ada@acme.example", secret_string("long enough"))), errc::unavailable);
  store->refuse_tenants(errc::unavailable);
  EXPECT_EQ(code_of(d.chats().remove(chat.id)), errc::unavailable);
  store->refuse_tenants(std::nullopt);
  store->before_writes([](batch const&) {
    auto const until = std::chrono::steady_clock::now() + 2 * slow;
    while (std::chrono::steady_clock::now() < until) continue;
  });
  d.new_chat();
  store->damage("chats", value(chat.id.value));
  EXPECT_EQ(sync_wait(d.chats().list()).damaged, 1U);
}

}  // namespace
}  // namespace sambung::observer_test
