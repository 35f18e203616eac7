// The whole way of a turn: a vendor on a socket, the openai provider, the engine on SQLite, the server, readers.
#include "support/rpc_client.hpp"
#include "temporary_folder.hpp"

#include <sambung/sambung.hpp>
#include <sambung/server/server.hpp>
#include <sambung/server/setup/bootstrap.hpp>
#include <sambung/testing/scripted_vendor.hpp>

#include <boost/asio/thread_pool.hpp>

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include <thread>

namespace sambung::served_turn_test {
namespace {

using namespace std::chrono_literals;
using testing::gate;
using testing::scripted_vendor;
using testing::vendor_request;
using testing::vendor_script;
using tests::rpc_client;

provider_deadlines short_deadlines() {
  provider_deadlines limits;
  limits.headers = 1s;
  limits.first_token = 1s;
  limits.idle = 1s;
  return limits;
}

class whole_server {
 public:
  explicit whole_server(provider_deadlines limits = provider_deadlines(), toolbox tools = toolbox()) {
    engine_options options;
    options.storage = open_sqlite(sqlite_options(folder_.path() / "chat.db")).value();
    openai_options account(vendor.base_url(), "test-key");
    account.deadlines = limits;
    options.providers.add("openai", openai_provider(account).value());
    options.tools = std::move(tools);
    engine_ = std::make_unique<engine>(io_.get_executor(), std::move(options));
    sync_wait(engine_->start());
    token_ = sync_wait(bootstrap(*engine_))->secret;
    server_ = std::make_unique<server>(*engine_, io_.get_executor());
    port_ = server_->listen("127.0.0.1", 0);
  }
  ~whole_server() {
    sync_wait(server_->shutdown(0ms));
    server_.reset();
    engine_.reset();
    io_.stop();
    io_.join();
  }

  rpc_client client() const { return rpc_client(port_, token_); }

  std::string new_chat() const {
    auto const made = client().call("chat.create", {{"title", "T"}, {"model", "openai/m"}});
    return std::string(made.body.at("id").as_string());
  }

  // Sends a question and reads what a client sees to the end.
  boost::json::object ask() const {
    auto const sent = client().call("message.create", {{"chatId", new_chat()}, {"text", "hi"}});
    EXPECT_EQ(sent.status, 200U) << boost::json::serialize(sent.body);
    return sent.body.at("answer").as_object();
  }

  scripted_vendor vendor;

 private:
  testing::temporary_folder folder_;
  boost::asio::thread_pool io_{2};
  std::unique_ptr<engine> engine_;
  std::unique_ptr<server> server_;
  std::string token_;
  std::uint16_t port_ = 0;
};

struct seen {
  std::string text;
  std::vector<std::int64_t> ids;
  bool finished = false;
};

// Reads until the end, or until `most` events have come.
seen read(rpc_client::stream stream, std::size_t most = std::size_t(-1)) {
  seen all;
  while (all.ids.size() < most) {
    auto const event = stream.next();
    if (!event || event->name != "message") return all;
    all.ids.push_back(event->id);
    auto const& type = event->data.at("type").as_string();
    if (type == "text") all.text += std::string(event->data.at("text").as_string());
    if (type == "finished") all.finished = true;
  }
  return all;
}

std::string text_of(boost::json::value const& message) {
  std::string text;
  for (auto const& part : message.at("parts").as_array())
    if (part.at("type").as_string() == "text") text += std::string(part.at("text").as_string());
  return text;
}

void expect_no_gap(seen const& all, std::int64_t first) {
  for (std::size_t i = 0; i < all.ids.size(); ++i) ASSERT_EQ(all.ids[i], first + static_cast<std::int64_t>(i));
}

TEST(ServedTurn, IsReadByThreeReadersFromWhereverTheyAre) {
  whole_server served;
  gate middle;
  auto script = vendor_script::stream();
  std::string whole;
  for (int i = 0; i < 2'000; ++i) {
    auto const delta = "delta " + std::to_string(i) + (i % 7 ? " " : " \u00e9\U0001f642\n");
    script.text(delta);
    whole += delta;
    if (i == 1'000) script.wait(middle);
  }
  served.vendor.push(script.finish().usage(3, 2'000).done());
  auto const chat = served.new_chat();
  auto first = served.client().open("message.stream", {{"chatId", chat}, {"text", "count"}});
  auto const started = first.next();
  ASSERT_TRUE(started);
  auto const answer = std::string(started->data.at("messageId").as_string());

  seen cut, rest, late;
  std::thread cut_reader([&] {
    cut = read(served.client().open("message.resume", {{"messageId", answer}}), 700);
    rest = read(served.client().open("message.resume", {{"messageId", answer}}, cut.ids.back()));
  });
  std::thread late_reader([&] { late = read(served.client().open("message.resume", {{"messageId", answer}}, 500)); });
  middle.open();
  auto const all = read(std::move(first));
  cut_reader.join();
  late_reader.join();

  EXPECT_EQ(all.text, whole);
  EXPECT_EQ(cut.text + rest.text, whole);
  ASSERT_LE(late.text.size(), whole.size());
  EXPECT_EQ(late.text, whole.substr(whole.size() - late.text.size()));
  expect_no_gap(all, 2);
  expect_no_gap(cut, 1);
  expect_no_gap(rest, 701);
  expect_no_gap(late, 501);
  EXPECT_EQ(all.ids.back(), 2'002);
  EXPECT_TRUE(all.finished && rest.finished && late.finished);
  auto const stored = served.client().call("message.list", {{"chatId", chat}}).body.at("items").as_array();
  EXPECT_EQ(text_of(stored.front()), whole);
  EXPECT_EQ(stored.front().at("usage").at("outputTokens").as_int64(), 2'000);
}

TEST(ServedTurn, MakesTheCallsOfItsModelAndShowsWhatTheyGave) {
  toolbox tools;
  auto const schema = boost::json::parse(R"({"type":"object","properties":{"city":{"type":"string"}}})").as_object();
  auto const tell = [](tool_call, boost::json::object asked) -> task<std::string> {
    co_return std::string(asked.at("city").as_string()) + ": 30 degrees";
  };
  tools.add(tool("weather", "The weather.", schema, tell));
  whole_server served(provider_deadlines(), std::move(tools));
  auto calls = vendor_script::stream();
  calls.event(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function",)"
              R"("function":{"name":"weather","arguments":"{\"city\":\"Ipoh\"}"}}]},"finish_reason":null}]})");
  served.vendor.push(calls.finish("tool_calls").done()).push(vendor_script::stream().text("Warm.").finish().done());

  auto stream = served.client().open("message.stream", {{"chatId", served.new_chat()}, {"text", "hi"}});
  std::string types, given;
  while (auto const event = stream.next()) {
    if (event->name != "message") break;
    auto const type = std::string(event->data.at("type").as_string());
    types += type + " ";
    if (type == "toolResult") given = std::string(event->data.at("text").as_string());
  }

  EXPECT_EQ(types, "started toolCall toolResult text finished ");
  EXPECT_EQ(given, "Ipoh: 30 degrees");
  auto const requests = served.vendor.requests();
  ASSERT_EQ(requests.size(), 2U);
  auto const second = boost::json::parse(requests[1].body);
  EXPECT_EQ(second.at("tools").at(0).at("function").at("name"), "weather");
  EXPECT_EQ(second.at("messages").at(2), boost::json::parse(R"({"role":"tool","tool_call_id":"c1",
      "content":"Ipoh: 30 degrees"})"));
}

TEST(ServedTurn, AsksItsUserAboutACallAndTellsWhoComesLater) {
  toolbox tools;
  auto const schema = boost::json::parse(R"({"type":"object","properties":{"city":{"type":"string"}}})").as_object();
  tool order("order", "Orders.", schema,
             [](tool_call, boost::json::object) -> task<std::string> { co_return "ordered"; });
  order.needs_approval();
  tools.add(std::move(order));
  whole_server served(provider_deadlines(), std::move(tools));
  auto calls = vendor_script::stream();
  calls.event(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function",)"
              R"("function":{"name":"order","arguments":"{\"city\":\"Ipoh\"}"}}]},"finish_reason":null}]})");
  served.vendor.push(calls.finish("tool_calls").done()).push(vendor_script::stream().text("Done.").finish().done());
  auto const next_of = [](rpc_client::stream& stream, char const* type) {
    for (;;) {
      auto const event = stream.next();
      if (!event || event->name != "message") return boost::json::value();
      if (event->data.at("type") == type) return event->data;
    }
  };
  auto const chat = served.new_chat();
  auto first = served.client().open("message.stream", {{"chatId", chat}, {"text", "hi"}});
  auto const started = first.next();
  ASSERT_TRUE(started);
  auto const answer = started->data.at("messageId");
  auto const question = next_of(first, "toolApproval");
  ASSERT_TRUE(question.is_object());
  EXPECT_EQ(question.at("callId"), "c1");
  EXPECT_EQ(question.at("tool"), "order");
  EXPECT_EQ(question.at("arguments"), R"({"city":"Ipoh"})");
  EXPECT_EQ(question.at("isCut"), false);
  auto later = served.client().open("message.resume", {{"messageId", answer}});
  EXPECT_EQ(next_of(later, "toolApproval"), question);
  auto const waiting = served.client().call("message.getPendingTools", {{"chatId", chat}});
  ASSERT_EQ(waiting.body.at("items").as_array().size(), 1U);
  EXPECT_EQ(waiting.body.at("items").at(0).at("messageId"), answer);
  EXPECT_FALSE(waiting.body.at("items").at(0).as_object().contains("fingerprint"));

  auto const decided =
      served.client().call("message.decideTool", {{"messageId", answer}, {"callId", "c1"}, {"verdict", "always"}});

  EXPECT_EQ(decided.status, 200U);
  EXPECT_EQ(decided.body.at("state"), "decided");
  for (auto* reader : {&first, &later}) {
    auto const told = next_of(*reader, "toolDecided");
    ASSERT_TRUE(told.is_object());
    EXPECT_EQ(told.at("callId"), "c1");
    EXPECT_EQ(told.at("verdict"), "always");
  }
  EXPECT_TRUE(read(std::move(first)).finished);
  EXPECT_EQ(read(std::move(later)).text, "Done.");
  auto const other =
      served.client().call("message.decideTool", {{"messageId", answer}, {"callId", "c1"}, {"verdict", "deny"}});
  EXPECT_EQ(other.status, 409U);
  auto const granted = served.client().call("grants.list", {}).body.at("items").as_array();
  ASSERT_EQ(granted.size(), 1U);
  EXPECT_EQ(granted[0].at("tool"), "order");
  EXPECT_EQ(served.client().call("grants.revoke", {{"id", granted[0].at("id")}}).status, 200U);
  EXPECT_TRUE(served.client().call("grants.list", {}).body.at("items").as_array().empty());
}

// A busy machine may be late by itself, so the quickest of some tries counts.
TEST(ServedTurn, StopsWithinATenthOfASecondAndClosesTheUpstreamConnection) {
  whole_server served;
  served.vendor.otherwise([](vendor_request const&) { return vendor_script::stream().text("some").stall(); });
  auto quickest = std::chrono::steady_clock::duration::max();
  for (std::size_t tries = 1; tries <= 10 && quickest >= 100ms; ++tries) {
    auto stream = served.client().open("message.stream", {{"chatId", served.new_chat()}, {"text", "hi"}});
    auto const started = stream.next();
    auto const answer = std::string(started->data.at("messageId").as_string());
    ASSERT_TRUE(stream.next());

    auto const before = std::chrono::steady_clock::now();
    auto const stopped = served.client().call("message.stop", {{"messageId", answer}});
    quickest = std::min(quickest, std::chrono::steady_clock::now() - before);

    EXPECT_EQ(stopped.status, 200U);
    EXPECT_EQ(stopped.body.at("state").as_string(), "cancelled");
    EXPECT_EQ(text_of(stopped.body), "some");
    EXPECT_TRUE(served.vendor.closed_by_client_within(30s, tries));
  }
  EXPECT_LT(quickest, 100ms);
}

TEST(ServedTurn, GoesOnWithoutAnyReader) {
  whole_server served;
  gate hold;
  served.vendor.push(vendor_script::stream().text("a").wait(hold).text("b").finish().done());
  std::string answer;
  {
    auto stream = served.client().open("message.stream", {{"chatId", served.new_chat()}, {"text", "hi"}});
    answer = std::string(stream.next()->data.at("messageId").as_string());
  }
  hold.open();

  auto const got = read(served.client().open("message.resume", {{"messageId", answer}}));

  EXPECT_EQ(got.text, "ab");
  EXPECT_TRUE(got.finished);
}

// A way to fail, and what a client sees of the answer. The whole table, for every adapter, is in
// provider_fault_test.cpp.
struct vendor_fault {
  char const* name;
  std::function<vendor_script()> script;
  char const* state;
  char const* reason;
  char const* text;
};

class VendorFault : public ::testing::TestWithParam<vendor_fault> {};

TEST_P(VendorFault, BecomesItsStateWithTheTextKept) {
  whole_server served(short_deadlines());
  served.vendor.otherwise([](vendor_request const&) { return GetParam().script(); });

  auto const answer = served.ask();

  EXPECT_EQ(answer.at("state").as_string(), GetParam().state);
  if (*GetParam().reason) {
    EXPECT_EQ(answer.at("reason").as_string(), GetParam().reason);
  }
  EXPECT_EQ(text_of(answer), GetParam().text);
  EXPECT_EQ(boost::json::serialize(answer).find("test-key"), std::string::npos);
}

vendor_script two_words() { return vendor_script::stream().text("one ").text("two"); }
std::size_t after_two_words() { return two_words().size(); }
std::string const slow_down = R"({"error":{"message":"slow down, test-key","type":"rate_limit_error"}})";

INSTANTIATE_TEST_SUITE_P(
    OneOfEachState, VendorFault,
    ::testing::Values(vendor_fault{"ResetAfterContent",
                                   [] { return two_words().finish().done().reset_at(after_two_words()); }, "incomplete",
                                   "unavailable", "one two"},
                      vendor_fault{"StallAfterContent", [] { return two_words().stall(); }, "incomplete",
                                   "deadline_exceeded", "one two"},
                      vendor_fault{"ErrorEventAfterContent", [] { return two_words().event(slow_down).done(); },
                                   "failed", "", "one two"},
                      vendor_fault{"TooManyRequests",
                                   [] { return vendor_script::response(429, slow_down).header("retry-after", "2"); },
                                   "failed", "rate_limited", ""}),
    [](auto const& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace sambung::served_turn_test
