// Servers that are set up, stopped or extended wrongly.
#include "mistakes/mistake.hpp"

#include "support/served_engine.hpp"

#include <boost/asio/io_context.hpp>

namespace sambung::servers_test {
namespace {

using namespace std::chrono_literals;
using test::raw_client;
using test::served_engine;
using tests::all_kinds_of_throws;
using tests::code_thrown_by;
using tests::failure_thrown_by;
using tests::says;

struct tail_event {
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(tail_event, (), (size))
using tail = std::unique_ptr<event_source<tail_event>>;

engine_options quick() {
  engine_options options;
  options.auth = served_engine::quick_passwords();
  return options;
}

TEST(Mistake, AProcedureThatThrowsAnythingIsA500AndTheServerGoesOn) {
  served_engine served;
  auto const acts = all_kinds_of_throws();
  for (std::size_t i = 1; i < acts.size(); ++i)
    served.server.procedures().call<nothing, nothing>("throw" + std::to_string(i), permission::chat_read, "Throws.",
                                                      [act = acts[i]](workspace, nothing) -> task<nothing> {
                                                        act();
                                                        co_return nothing();
                                                      });

  for (std::size_t i = 1; i < acts.size(); ++i) {
    auto const response = served.call("throw" + std::to_string(i), "{}");

    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
  }
  EXPECT_EQ(served.call("healthCheck", "{}").status, 200);
}

TEST(Mistake, AProcedureThatReturnsNothingIsA500AndTheServerGoesOn) {
  served_engine served;
  auto& procedures = served.server.procedures();
  procedures.call<nothing, nothing>("none.desk", permission::chat_read, "Returns nothing.",
                                    [](workspace, nothing) -> task<nothing> { return {}; });
  procedures.call<nothing, nothing>("none.self", permission::account, "Returns nothing.",
                                    [](account, nothing) -> task<nothing> { return {}; });
  procedures.call<nothing, nothing>("none.context", permission::chat_read, "Returns nothing.",
                                    [](call_context&, nothing) -> task<nothing> { return {}; });
  procedures.call<nothing, nothing>("none.nobody", permission::none, "Returns nothing.",
                                    [](nothing) -> task<nothing> { return {}; });
  using last_event = std::optional<std::int64_t>;
  procedures.stream<nothing, tail_event>("none.stream", permission::chat_read, "Returns nothing.",
                                         [](workspace, nothing, last_event) -> task<tail> { return {}; });
  procedures.stream<nothing, tail_event>("none.source", permission::chat_read, "Has no source.",
                                         [](workspace, nothing, last_event) -> task<tail> { co_return nullptr; });

  for (auto const* name : {"none/desk", "none/self", "none/context", "none/nobody", "none/stream", "none/source"})
    EXPECT_EQ(served.call(name, "{}").status, 500) << name;
  EXPECT_EQ(served.call("healthCheck", "{}").status, 200);
}

struct empty_source final : event_source<tail_event> {
  task<std::optional<numbered_event<tail_event>>> next() override { return {}; }
};

TEST(Mistake, ASourceOfEventsThatReturnsNothingEndsItsStreamWithAnError) {
  served_engine served;
  served.server.procedures().stream<nothing, tail_event>(
      "none.next", permission::chat_read, "Has no events.",
      [](workspace, nothing, std::optional<std::int64_t>) -> task<tail> {
        co_return std::make_unique<empty_source>();
      });

  EXPECT_NE(served.call("none/next", "{}").body.find("event: error"), std::string::npos);
  EXPECT_EQ(served.call("healthCheck", "{}").status, 200);
}

TEST(Mistake, WhoIdentifiesCallersMayThrowAnythingOrReturnNothing) {
  std::vector<identify_function> all;
  all.push_back([](incoming_request const&) -> task<std::optional<identity>> { return {}; });
  for (auto const& act : all_kinds_of_throws())
    all.push_back([act](incoming_request const&) -> task<std::optional<identity>> {
      act();
      co_return std::nullopt;
    });
  for (auto const& one : all) {
    server_options options;
    options.identify = one;
    served_engine served(std::move(options));
    raw_client client(served.port());

    EXPECT_GE(client.call("POST", "/rpc/chat/getAll", "{}").status, 400);
    EXPECT_EQ(raw_client(served.port()).call("GET", "/healthz").status, 200);
  }
}

TEST(Mistake, AnAccessLogThatThrowsAnythingHarmsNobody) {
  for (auto const& act : all_kinds_of_throws()) {
    server_options options;
    std::atomic<int> calls = 0;
    options.access_log = [&](std::string_view) {
      ++calls;
      act();
    };
    served_engine served(std::move(options));

    EXPECT_EQ(served.call("healthCheck", "{}").status, 200);
    EXPECT_TRUE(test::eventually([&] { return calls > 0; }));
    EXPECT_EQ(served.call("healthCheck", "{}").status, 200);
    served.stop();
  }
}

TEST(Mistake, AProcedureIsRegisteredWronglyAndItSaysSo) {
  served_engine served;
  auto& procedures = served.server.procedures();
  auto const add = [&](std::string name, permission needs) {
    return code_thrown_by([&] {
      procedures.call<nothing, nothing>(std::move(name), needs, "Does nothing.",
                                        [](workspace, nothing) -> task<nothing> { co_return nothing(); });
    });
  };

  EXPECT_EQ(add("chat.getById", permission::chat_read), errc::already_exists);
  EXPECT_EQ(add("not a name", permission::chat_read), errc::invalid_argument);
  EXPECT_EQ(add("own.open", permission::none), errc::invalid_argument) << "it wants a workspace";
  EXPECT_EQ(add("own.fine", permission::chat_read), std::nullopt);
}

TEST(Mistake, AnAddressThatIsTakenOrNoneSaysSo) {
  served_engine served;
  served_engine other;
  auto const port = served.port();

  auto const taken = failure_thrown_by([&] { other.server.listen("127.0.0.1", port); });
  auto const foreign = failure_thrown_by([&] { other.server.listen("192.0.2.1", 0); });
  auto const none = failure_thrown_by([&] { other.server.listen("no such host.invalid", 0); });

  EXPECT_EQ(taken->code, errc::unavailable);
  EXPECT_TRUE(says(taken, std::to_string(port)));
  EXPECT_EQ(foreign->code, errc::unavailable);
  EXPECT_EQ(none->code, errc::invalid_argument);
  EXPECT_EQ(code_thrown_by([&] { other.server.listen("", 0); }), errc::invalid_argument) << "not every address";
}

TEST(Mistake, AServerThatNobodyShutsDownGoesWithItsConnections) {
  boost::asio::thread_pool io(2);
  std::optional<raw_client> client;
  {
    engine made(io.get_executor(), quick());
    sync_wait(made.start());
    server served(made, io.get_executor());
    client.emplace(served.listen("127.0.0.1", 0));
    EXPECT_EQ(client->call("GET", "/healthz").status, 200);
  }

  EXPECT_EQ(client->read_to_end(), "");
  io.stop();
  io.join();
}

TEST(Mistake, AServerThatOutlivesItsEngineStillAnswersAndBeginsNoTurn) {
  boost::asio::thread_pool io(2);
  auto made = std::make_unique<engine>(io.get_executor(), quick());
  sync_wait(made->start());
  auto const first = *sync_wait(bootstrap(*made));
  server served(*made, io.get_executor());
  auto const port = served.listen("127.0.0.1", 0);
  auto const authorization = "Authorization: Bearer " + first.secret + "\r\n";
  auto const call = [&](std::string const& procedure, std::string const& json) {
    return raw_client(port).call("POST", "/rpc/" + procedure, R"({"json":)" + json + "}", authorization);
  };
  auto const at = boost::json::parse(call("chat/create", R"({"title":"t","model":"demo/demo"})").body);
  auto const id = std::string(at.at("json").at("id").as_string());

  made.reset();

  EXPECT_EQ(raw_client(port).call("GET", "/healthz").status, 200);
  EXPECT_EQ(call("chat/getAll", "{}").status, 200);
  EXPECT_EQ(call("message/create", R"({"chatId":")" + id + R"(","text":"hi"})").status, 503);
  sync_wait(served.shutdown(0ms));
  io.stop();
  io.join();
}

TEST(Mistake, AServerIsShutDownTwiceAndUsedBehindThat) {
  served_engine served;
  auto const port = served.port();
  sync_wait(served.server.shutdown(0ms));
  sync_wait(served.server.shutdown(0ms));

  EXPECT_ANY_THROW(raw_client(port).call("GET", "/healthz"));
  served.stop();
}

TEST(Mistake, AServerIsShutDownWhileNobodyRunsTheExecutor) {
  boost::asio::io_context io(1);
  engine made(io.get_executor(), quick());
  sync_wait(made.start());
  server served(made, io.get_executor());
  served.listen("127.0.0.1", 0);

  auto const why = failure_thrown_by([&] { sync_wait(served.shutdown(0ms)); });

  EXPECT_EQ(why->code, errc::deadline_exceeded);
  EXPECT_TRUE(says(why, "no thread runs"));
}

TEST(Mistake, AServerOnAnEngineThatWasNotStartedIsNotReady) {
  boost::asio::thread_pool io(2);
  engine made(io.get_executor(), quick());
  {
    server served(made, io.get_executor());
    auto const port = served.listen("127.0.0.1", 0);

    EXPECT_EQ(raw_client(port).call("GET", "/healthz").status, 200);
    auto const token = make_token(api_token_prefix, *system_random());
    auto const authorization = "Authorization: Bearer " + std::string(token.view()) + "\r\n";
    EXPECT_EQ(raw_client(port).call("POST", "/rpc/chat/getAll", "{}", authorization).status, 503);
  }
  io.stop();
  io.join();
}

}  // namespace
}  // namespace sambung::servers_test
