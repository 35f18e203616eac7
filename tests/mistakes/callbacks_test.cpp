// Code of an application's that Sambung calls: whatever it throws or returns, nothing hangs, ends the process or loses
// what was stored.
#include "mistakes/mistake.hpp"

#include <boost/json/parse.hpp>

namespace sambung::callbacks_test {
namespace {

using testing::answer_script;
using tests::all_kinds_of_throws;
using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

using act = std::function<void()>;

boost::json::object any_object() { return boost::json::parse(R"({"type":"object"})").as_object(); }

answer_script calls_the_tool() {
  return answer_script().tool_call(0, "c1", "act", "{}").finish(finish_reason::tool_calls);
}

// The answer of a turn in which the model calls "act", and reads what came of it.
message answer_with_tool(toolbox tools) {
  desk_options options;
  options.tools = std::move(tools);
  desk d(std::move(options));
  d.model->push(calls_the_tool()).push(say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  return sync_wait(turn.answer());
}

bool has_failed_result(message const& answer) {
  for (auto const& one : answer.parts)
    if (auto const* told = std::get_if<tool_result_part>(&one)) return told->is_error;
  return false;
}

toolbox box_of(tool one) {
  toolbox tools;
  tools.add(std::move(one));
  return tools;
}

TEST(Mistake, AToolThatThrowsAnythingIsAResultForTheModel) {
  for (auto const& act : all_kinds_of_throws()) {
    auto const answer = answer_with_tool(
        box_of(tool("act", "", any_object(), tool::function([act](tool_call, boost::json::object) -> task<std::string> {
                      act();
                      co_return "";
                    }))));

    EXPECT_EQ(answer.state, message_state::complete);
    EXPECT_TRUE(has_failed_result(answer));
    EXPECT_EQ(text_of(answer.parts).find("secret"), std::string::npos);
  }
}

TEST(Mistake, AToolThatThrowsBeforeItsFirstStepIsTheSame) {
  for (auto const& act : all_kinds_of_throws()) {
    tool::function throws = [act](tool_call, boost::json::object) -> task<std::string> {
      act();
      return {};
    };
    tool::preparer throws_earlier = [act](boost::json::value const&) -> result<tool::invocation> {
      act();
      return tool::invocation();
    };
    for (auto const& answer : {answer_with_tool(box_of(tool("act", "", any_object(), throws))),
                               answer_with_tool(box_of(tool("act", "", any_object(), throws_earlier)))}) {
      EXPECT_EQ(answer.state, message_state::complete);
      EXPECT_TRUE(has_failed_result(answer));
    }
  }
}

TEST(Mistake, AToolThatIsNoneOrReturnsNothingIsTheSame) {
  tool::function nothing = [](tool_call, boost::json::object) -> task<std::string> { return {}; };
  tool::preparer prepares_nothing = [](boost::json::value const&) -> result<tool::invocation> {
    return tool::invocation();
  };
  for (auto const& answer : {answer_with_tool(box_of(tool("act", "", any_object(), nothing))),
                             answer_with_tool(box_of(tool("act", "", any_object(), prepares_nothing))),
                             answer_with_tool(box_of(tool("act", "", any_object(), tool::function()))),
                             answer_with_tool(box_of(tool("act", "", any_object(), tool::preparer())))}) {
    EXPECT_EQ(answer.state, message_state::complete);
    EXPECT_TRUE(has_failed_result(answer));
  }
}

TEST(Mistake, AnApproverThatThrowsOrReturnsNothingDenies) {
  std::vector<tool_approver> all;
  all.push_back([](tool_call) -> task<tool_verdict> { return {}; });
  for (auto const& act : all_kinds_of_throws())
    all.push_back([act](tool_call) -> task<tool_verdict> {
      act();
      co_return tool_verdict::allow();
    });
  for (auto const& approver : all) {
    std::atomic<bool> called = false;
    auto tools =
        box_of(tool("act", "", any_object(), tool::function([&](tool_call, boost::json::object) -> task<std::string> {
                      called = true;
                      co_return "";
                    })));
    tools.ask(approver);

    auto const answer = answer_with_tool(std::move(tools));

    EXPECT_EQ(answer.state, message_state::complete);
    EXPECT_TRUE(has_failed_result(answer));
    EXPECT_FALSE(called);
  }
}

TEST(Mistake, AToolThatNeverEndsIsLeft) {
  testing::gate never;
  auto slow = tool("act", "", any_object(), tool::function([&](tool_call, boost::json::object) -> task<std::string> {
                     co_await never.wait();
                     co_return "";
                   }));
  slow.within(std::chrono::milliseconds(20));

  auto const answer = answer_with_tool(box_of(std::move(slow)));

  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_TRUE(has_failed_result(answer));
}

// --- the rest of what is called ---

struct throwing_observer final : observer {
  explicit throwing_observer(act what_) : what(std::move(what_)) {}
  void failed(failed_part const&) override { what(); }
  void turn_ended(ended_turn const&) override { what(); }
  void storage_away(storage_side, failure const&) override { what(); }
  void storage_back(storage_side) override { what(); }
  void refused(engine_queue, failure const&) override { what(); }
  act what;
};

TEST(Mistake, AnObserverThatThrowsAnythingHarmsNobody) {
  for (auto const& act : all_kinds_of_throws()) {
    desk_options options;
    options.observer = std::make_shared<throwing_observer>(act);
    desk d(std::move(options));
    d.model->push(answer_script().fail(failure(errc::provider_error, "garbage")));
    auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

    EXPECT_EQ(sync_wait(turn.answer()).state, message_state::failed);
    EXPECT_TRUE(tests::still_works(d));
  }
}

struct own_policy final : context_policy {
  explicit own_policy(std::string where_, act what_) : where(std::move(where_)), what(std::move(what_)) {}
  struct own_builder final : builder {
    explicit own_builder(own_policy const& of_) : of(of_) {}
    bool offer(prompt_message const&) override {
      if (of.where == "offer") of.what();
      return of.where != "nothing is taken";
    }
    bool has_room() const override {
      if (of.where == "has_room") of.what();
      return true;
    }
    own_policy const& of;
  };
  std::unique_ptr<builder> begin(std::string_view) const override {
    if (where == "begin") what();
    if (where == "null") return nullptr;
    return std::make_unique<own_builder>(*this);
  }
  std::string where;
  act what;
};

TEST(Mistake, AContextPolicyThatThrowsOrMakesNothingEndsItsTurn) {
  auto const state_with = [](std::string where, act what) {
    desk_options options;
    options.context = std::make_shared<own_policy>(std::move(where), std::move(what));
    desk d(std::move(options));
    d.model->otherwise([](completion_request const&) { return say("fine"); });
    auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
    return sync_wait(turn.answer()).state;
  };
  for (auto const& act : all_kinds_of_throws())
    for (auto const* where : {"begin", "offer", "has_room"}) EXPECT_EQ(state_with(where, act), message_state::failed);
  EXPECT_EQ(state_with("null", [] {}), message_state::failed);
  EXPECT_EQ(state_with("nothing is taken", [] {}), message_state::failed);
  EXPECT_EQ(state_with("nowhere", [] {}), message_state::complete);
}

// A storage of an application's own.
class throwing_storage final : public storage {
 public:
  explicit throwing_storage(std::shared_ptr<storage> inner) : inner_(std::move(inner)) {}
  std::atomic<bool> throws = false;

  task<result<void>> migrate(schema_ref s) override { return inner_->migrate(std::move(s)); }
  task<result<rows>> read(scope who, query q) override {
    act();
    return inner_->read(who, std::move(q));
  }
  task<result<rows>> search(scope who, text_query q) override { return inner_->search(who, std::move(q)); }
  task<result<receipt>> write(scope who, batch b) override {
    act();
    return inner_->write(who, std::move(b));
  }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return inner_->tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return inner_->check(); }

 private:
  void act() const {
    if (throws) throw 42;
  }
  std::shared_ptr<storage> inner_;
};

TEST(Mistake, AStorageOfOnesOwnThatThrowsTellsReadersAndShutsDown) {
  auto const store = std::make_shared<throwing_storage>(tests::fresh_storage());
  desk_options options;
  options.storage = store;
  desk d(std::move(options));
  testing::gate hold;
  d.model->push(answer_script().text("half").wait(hold).finish());
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  tests::read_first_text(turn);

  store->throws = true;
  hold.open();

  EXPECT_TRUE(code_of(turn.next())) << "its end cannot be stored";
  store->throws = false;
  EXPECT_TRUE(tests::still_works(d));
}

}  // namespace
}  // namespace sambung::callbacks_test
