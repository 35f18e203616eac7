// engine_options::tracer: the tree of spans of a turn, and what stands in none of them.
#include "support/counted.hpp"
#include "support/desk.hpp"
#include "support/eventually.hpp"

#include <gtest/gtest.h>

namespace sambung::engine_spans_test {
namespace {

using test::eventually;
using testing::answer_script;
using tests::desk;
using tests::desk_options;
using tests::say;
using tests::text_of_attribute;

struct no_arguments {};
BOOST_DESCRIBE_STRUCT(no_arguments, (), ())

tool forecast() {
  return make_tool<no_arguments>("forecast", "",
                                 [](tool_call, no_arguments) -> task<std::string> { co_return "canary-of-the-tool"; });
}

tool broken() {
  return make_tool<no_arguments>("broken", "", [](tool_call, no_arguments) -> task<std::string> {
    throw error(errc::unavailable, "canary-of-the-tool");
    co_return "";
  });
}

// A request that somebody traces.
std::shared_ptr<request_origin const> traced_origin(trace_context const& where) {
  auto call = std::make_shared<call_origin>();
  call->request_id = "request-1";
  call->span = where;
  auto made = std::make_shared<request_origin>("192.0.2.1");
  made->call = std::move(call);
  return made;
}

struct traced_desk {
  explicit traced_desk(bool content = false) : d(traced(kept, content)) {
    request.trace_id.fill(7);
    request.span_id.fill(9);
    request.sampled = true;
  }

  static desk_options traced(std::shared_ptr<tests::kept_spans> to, bool content) {
    desk_options options;
    options.trace_content = content;
    options.tracer = std::make_shared<tracer>(std::move(to), tracer_options());
    options.tools.add(forecast()).add(broken());
    return options;
  }

  workspace inside_a_request() {
    auto const who = principal::trusted(d.tenant, d.user, member_role::owner);
    return d.engine->workspace(who.from(traced_origin(request)));
  }

  void ask() {
    auto const chats = inside_a_request().chats();
    auto const chat = sync_wait(chats.create("Test", "scripted/model"));
    sync_wait(chats.get(chat.id));
    auto turn = sync_wait(chats.send(chat.id, "canary-of-a-person"));
    sync_wait(turn.answer());
    ASSERT_TRUE(eventually([&] { return kept->named("turn").size() == 1; }));
  }

  std::shared_ptr<tests::kept_spans> kept = std::make_shared<tests::kept_spans>();
  trace_context request;
  desk d;
};

answer_script calling(std::string tool) {
  return answer_script()
      .text("canary-of-a-model")
      .tool_call(0, "c1", std::move(tool), "{}")
      .finish(finish_reason::tool_calls);
}

TEST(EngineSpans, HaveATurnAsTheirRootThatIsLinkedToItsRequest) {
  traced_desk t;
  t.d.model->push(calling("forecast")).push(say("fine"));

  t.ask();

  auto const turn = t.kept->named("turn").at(0);
  EXPECT_FALSE(turn.parent);
  EXPECT_NE(turn.where.trace_id, t.request.trace_id);
  EXPECT_EQ(turn.links, std::vector<trace_context>{t.request});
  EXPECT_EQ(text_of_attribute(turn, "sambung.turn.state"), "complete");
  auto const calls = t.kept->named("chat scripted/other");
  ASSERT_EQ(calls.size(), 2U);
  for (auto const& one : calls) {
    EXPECT_EQ(one.parent, turn.where);
    EXPECT_EQ(one.kind, span_kind::client);
    EXPECT_EQ(text_of_attribute(one, "gen_ai.provider.name"), "scripted");
    EXPECT_EQ(text_of_attribute(one, "gen_ai.operation.name"), "chat");
  }
  auto const tools = t.kept->named("execute_tool forecast");
  ASSERT_EQ(tools.size(), 1U);
  EXPECT_EQ(tools[0].parent, turn.where);
  EXPECT_EQ(tools[0].error, "");
}

TEST(EngineSpans, HaveWhatWasWrittenWhereAnOperatorWantsThat) {
  traced_desk t(true);
  t.d.model->push(calling("forecast")).push(say("fine"));

  t.ask();

  auto const calls = t.kept->named("chat scripted/other");
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(text_of_attribute(calls[0], "gen_ai.input.messages"),
            R"([{"role":"user","parts":[{"type":"text","content":"canary-of-a-person"}]}])");
  EXPECT_EQ(text_of_attribute(calls[0], "gen_ai.output.messages"),
            R"([{"role":"assistant","parts":[{"type":"text","content":"canary-of-a-model"}],)"
            R"("finish_reason":"tool_calls"}])");
  auto const input = text_of_attribute(calls[1], "gen_ai.input.messages");
  EXPECT_NE(input.find("canary-of-the-tool"), input.npos) << input;
  auto const tools = t.kept->named("execute_tool forecast");
  ASSERT_EQ(tools.size(), 1U);
  EXPECT_EQ(text_of_attribute(tools[0], "gen_ai.tool.call.arguments"), "{}");
  EXPECT_EQ(text_of_attribute(tools[0], "gen_ai.tool.call.result"), "canary-of-the-tool");
}

TEST(EngineSpans, HaveAboutSoMuchOfWhatWasWritten) {
  traced_desk t(true);
  t.d.model->push(say(std::string(100'000, 'a')));
  auto const chats = t.inside_a_request().chats();
  auto const chat = sync_wait(chats.create("Test", "scripted/model"));

  auto turn = sync_wait(chats.send(chat.id, std::string(100'000, 'b') + "c"));
  sync_wait(turn.answer());

  ASSERT_TRUE(eventually([&] { return t.kept->named("chat scripted/other").size() == 1; }));
  auto const call = t.kept->named("chat scripted/other").at(0);
  for (auto const* name : {"gen_ai.input.messages", "gen_ai.output.messages"}) {
    EXPECT_GT(text_of_attribute(call, name).size(), 8'000U) << name;
    EXPECT_LT(text_of_attribute(call, name).size(), 16'384U) << name;
  }
}

TEST(EngineSpans, HaveTheCallsOfTheStorageUnderTheRequestOrTheTurnThatMakesThem) {
  traced_desk t;
  t.d.model->push(say("fine"));

  t.ask();

  auto const turn = t.kept->named("turn").at(0);
  auto const reads = t.kept->named("read chats");
  ASSERT_FALSE(reads.empty());
  for (auto const& one : reads) {
    EXPECT_EQ(text_of_attribute(one, "db.system.name"), t.d.storage->backend());
    EXPECT_EQ(text_of_attribute(one, "db.operation.name"), "read");
    EXPECT_EQ(text_of_attribute(one, "db.collection.name"), "chats");
  }
  EXPECT_EQ(reads[0].parent, t.request);
  auto const writes = t.kept->named("write");
  EXPECT_TRUE(std::ranges::any_of(writes, [&](ended_span const& one) { return one.parent == turn.where; }));
  EXPECT_TRUE(std::ranges::any_of(writes, [&](ended_span const& one) { return one.parent == t.request; }));
}

TEST(EngineSpans, SayWhatFailedAndNothingThatPeopleModelsOrToolsWrote) {
  traced_desk t;
  t.d.model->push(calling("broken")).push(answer_script().fail(failure(errc::provider_error, "canary-of-a-vendor")));

  t.ask();

  EXPECT_EQ(t.kept->named("execute_tool broken").at(0).error, "unavailable");
  EXPECT_EQ(t.kept->named("turn").at(0).error, "provider_error");
  for (auto const& one : t.kept->all()) {
    EXPECT_EQ(one.name.find("canary"), one.name.npos);
    EXPECT_EQ(one.error.find("canary"), one.error.npos);
    for (auto const& [key, value] : one.attributes)
      EXPECT_EQ(text_of_attribute(one, key).find("canary"), std::string::npos) << key;
  }
}

TEST(EngineSpans, AreNoneOfWhatTheEngineDoesByItself) {
  traced_desk t;

  sync_wait(t.d.engine->check());
  t.d.new_chat();

  EXPECT_TRUE(t.kept->all().empty());
}

}  // namespace
}  // namespace sambung::engine_spans_test
