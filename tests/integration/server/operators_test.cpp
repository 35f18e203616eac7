// What operators are told, over real sockets.
#include "support/eventually.hpp"
#include "support/measured.hpp"
#include "support/served_engine.hpp"
#include "support/thrown.hpp"
#include "temporary_folder.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>

#include <sys/stat.h>

#include <atomic>

namespace sambung::operators_test {
namespace {

namespace asio = boost::asio;
using test::eventually;
using test::measured_value;
using test::raw_client;
using test::raw_response;
using test::served_engine;
using tests::code_thrown_by;

// A door takes one request of each connection.
raw_response ask(std::uint16_t door, std::string_view method, std::string_view path, std::string_view body = {},
                 std::string_view headers = {}) {
  raw_client client(door);
  client.send(raw_client::request(method, path, body, headers));
  return method == "HEAD" ? client.read_head() : client.read_response();
}

std::string ask_socket(std::string const& path) {
  asio::io_context io;
  asio::local::stream_protocol::socket socket(io);
  socket.connect(asio::local::stream_protocol::endpoint(path));
  asio::write(socket, asio::buffer(std::string_view("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")));
  std::string answer;
  boost::system::error_code end;
  asio::read(socket, asio::dynamic_buffer(answer), end);
  return answer;
}

TEST(Operators, ReadHowOftenAndHowLongEachEndpointWasAsked) {
  served_engine s;
  auto const door = s.server.listen_admin("127.0.0.1:0");
  raw_client client(s.port());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.call("POST", "/rpc/chat/getAll", "{}", s.authorization).status, 200);
  EXPECT_EQ(client.call("GET", "/nothing/here").status, 404);
  EXPECT_TRUE(eventually([&] { return measured_value(*s.measured, "http_server_request_duration_seconds") == 21; }));

  auto const text = ask(door, "GET", "/metrics");
  auto const status = boost::json::parse(ask(door, "GET", "/admin/status").body);

  EXPECT_EQ(text.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(text.body.find("http_server_request_duration_seconds_count{http_route=\"/rpc/chat/getAll\","
                           "http_request_method=\"POST\",http_response_status_code=\"200\"} 20\n"),
            text.body.npos)
      << text.body;
  EXPECT_NE(text.body.find("{http_route=\"none\",http_request_method=\"GET\",http_response_status_code=\"404\"} 1\n"),
            text.body.npos);
  EXPECT_NE(text.body.find("\nsambung_connections 1\n"), text.body.npos);
  EXPECT_EQ(status.at("connections"), 1);
  EXPECT_EQ(status.at("instance").as_string(), to_string(s.engine.instance()));
  for (auto const& one : status.at("endpoints").as_array()) {
    if (one.at("route") != "/rpc/chat/getAll") continue;
    EXPECT_EQ(one.at("requests"), 20);
    EXPECT_GT(one.at("p50Ms").to_number<double>(), 0);
    EXPECT_LE(one.at("p50Ms").to_number<double>(), one.at("p95Ms").to_number<double>());
    EXPECT_LE(one.at("p95Ms").to_number<double>(), one.at("p99Ms").to_number<double>());
  }
}

TEST(Operators, ReadQuantilesOfTheLastFiveMinutes) {
  server_options options;
  auto const clock = std::make_shared<testing::manual_clock>();
  options.clock = clock;
  served_engine s(options);
  auto const door = s.server.listen_admin("127.0.0.1:0");
  auto const chats = [&] {
    auto const status = boost::json::parse(ask(door, "GET", "/admin/status").body);
    for (auto const& one : status.at("endpoints").as_array())
      if (one.at("route") == "/rpc/chat/getAll") return one.as_object();
    return boost::json::object();
  };
  for (int i = 0; i < 5; ++i) s.must("chat/getAll", "{}");
  EXPECT_TRUE(eventually([&] { return chats().contains("requests") && chats().at("recentRequests") == 5; }));
  EXPECT_GT(chats().at("p50Ms").to_number<double>(), 0);

  for (int i = 0; i < 11; ++i) {
    clock->advance(std::chrono::seconds(30));
    chats();
  }

  EXPECT_EQ(chats().at("requests"), 5);
  EXPECT_EQ(chats().at("recentRequests"), 0);
  EXPECT_EQ(chats().at("p50Ms"), 0);
}

TEST(Operators, SeeStreamsWhileTheyAreOpenAndTheirEvents) {
  served_engine s;
  s.provider->otherwise([](completion_request const&) { return testing::answer_script().text("Baik.").finish(); });
  auto const chat = s.new_chat();

  auto const streamed = s.call("message/stream", R"({"chatId":")" + chat + R"(","text":"hi"})");

  EXPECT_EQ(streamed.status, 200);
  auto const of_stream = [&](std::string_view name) {
    return measured_value(*s.measured, name, {{"http_route", "/rpc/message/stream"}, {"carrier", "sse"}});
  };
  EXPECT_TRUE(eventually([&] { return of_stream("sambung_stream_duration_seconds") == 1; }));
  EXPECT_EQ(of_stream("sambung_streams_open"), 0);
  EXPECT_GE(of_stream("sambung_stream_events_total"), 2);
}

TEST(Operators, CountConnectionsThatWereRefused) {
  server_options options;
  options.limits.max_connections_per_address = 1;
  served_engine s(std::move(options));
  raw_client one(s.port());
  EXPECT_EQ(one.call("GET", "/healthz").status, 200);

  EXPECT_EQ(raw_client(s.port()).read_response().status, 503);

  EXPECT_EQ(measured_value(*s.measured, "sambung_connections_refused_total", {{"reason", "address_full"}}), 1);
  EXPECT_EQ(measured_value(*s.measured, "sambung_connections"), 1);
}

TEST(Operators, AreToldWhetherTheServerIsReady) {
  served_engine s;
  auto const door = s.server.listen_admin("127.0.0.1:0");

  EXPECT_EQ(ask(door, "GET", "/healthz").status, 200);
  EXPECT_EQ(ask(door, "GET", "/readyz").body, R"({"status":"ready"})");
  EXPECT_EQ(ask(door, "HEAD", "/healthz").status, 200);
  EXPECT_EQ(ask(door, "POST", "/healthz").status, 405);
  EXPECT_EQ(ask(door, "GET", "/rpc/chat/getAll").status, 404);
}

TEST(Operators, AreNotKeptOutByWhoeverSaysNothing) {
  served_engine s;
  auto const door = s.server.listen_admin("127.0.0.1:0");

  std::vector<std::unique_ptr<raw_client>> silent;
  for (int i = 0; i < 100; ++i) {
    silent.push_back(std::make_unique<raw_client>(door));
    if (i % 2 == 0) silent.back()->send("GET /healthz HTTP/1.1\r\nHost");
  }

  EXPECT_EQ(ask(door, "GET", "/healthz").status, 200);
}

TEST(Operators, EndTheServerAndChangeItsLogWhereItLetsThem) {
  std::atomic<int> drained = 0;
  std::string level;
  server_options options;
  options.drain = [&] { ++drained; };
  options.set_log_level = [&](std::string_view to) -> result<void> {
    if (to != "debug") return failure(errc::invalid_argument, "must be debug");
    level = to;
    return {};
  };
  served_engine s(std::move(options));
  auto const door = s.server.listen_admin("127.0.0.1:0");

  EXPECT_EQ(ask(door, "GET", "/admin/drain").status, 405);
  EXPECT_EQ(drained, 0);
  EXPECT_EQ(ask(door, "POST", "/admin/drain").status, 202);
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(ask(door, "POST", "/admin/log-level", R"({"level":"debug"})").body, R"({"level":"debug"})");
  EXPECT_EQ(level, "debug");
  for (auto const* body : {R"({"level":"loud"})", R"({"level":1})", R"(["debug"])", "{", R"({"level":"debug","a":1})"})
    EXPECT_EQ(ask(door, "POST", "/admin/log-level", body).status, 400) << body;
}

TEST(Operators, AreTold404WhereTheServerDoesNotLetThem) {
  served_engine s;
  auto const door = s.server.listen_admin("127.0.0.1:0");

  EXPECT_EQ(ask(door, "POST", "/admin/drain").status, 404);
  EXPECT_EQ(ask(door, "POST", "/admin/log-level", R"({"level":"debug"})").status, 404);
}

TEST(Operators, AskAtASocketOfTheServersUserAlone) {
  testing::temporary_folder folder;
  auto const path = (folder.path() / "admin.sock").string();
  {
    served_engine s;
    EXPECT_EQ(s.server.listen_admin("unix:" + path), 0);
    EXPECT_TRUE(ask_socket(path).starts_with("HTTP/1.1 200 OK\r\n"));
    struct stat found{};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
    EXPECT_EQ(code_thrown_by([&] { s.server.listen_admin("unix:" + path); }), errc::unavailable);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Operators, AskAtASocketInThePlaceOfOneThatWasLeftBehind) {
  testing::temporary_folder folder;
  auto const path = (folder.path() / "admin.sock").string();
  {
    asio::io_context io;
    asio::local::stream_protocol::acceptor left(io, asio::local::stream_protocol::endpoint(path));
  }
  served_engine s;

  EXPECT_EQ(s.server.listen_admin("unix:" + path), 0);

  EXPECT_TRUE(ask_socket(path).starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST(Operators, AreNotListenedForWhereThatIsUnsafeOrTaken) {
  served_engine s;
  auto const door = s.server.listen_admin("127.0.0.1:0");

  EXPECT_EQ(code_thrown_by([&] { s.server.listen_admin("127.0.0.1:" + std::to_string(door)); }), errc::unavailable);
  EXPECT_EQ(code_thrown_by([&] { s.server.listen_admin("0.0.0.0:0"); }), errc::invalid_argument);
  EXPECT_EQ(code_thrown_by([&] { s.server.listen_admin("nonsense"); }), errc::invalid_argument);
}

TEST(Operators, HoldUpNoShutdownByAConnectionThatSaysNothing) {
  served_engine s;
  raw_client silent(s.server.listen_admin("127.0.0.1:0"));
  silent.send("GET /health");

  s.stop();

  EXPECT_EQ(silent.read_to_end(), "");
}

TEST(Operators, MayLetEverybodyReadMetrics) {
  server_options options;
  options.metrics_for = metrics_exposure::everybody;
  served_engine s(std::move(options));

  auto const text = raw_client(s.port()).call("GET", "/metrics");

  EXPECT_EQ(text.status, 200);
  EXPECT_NE(text.body.find("sambung_build_info{version="), text.body.npos);
  EXPECT_EQ(raw_client(s.port()).call("POST", "/metrics").status, 405);
}

}  // namespace
}  // namespace sambung::operators_test
