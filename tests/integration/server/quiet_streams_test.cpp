// Streams whose source is quiet most of the time, over real sockets.
#include "support/eventually.hpp"
#include "support/served_engine.hpp"
#include "support/socket_client.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sambung::quiet_streams_test {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::raw_client;
using test::served_engine;
using test::socket_client;

// A follower of what happens, who has heard that they are ready.
void follow(raw_client& client, served_engine const& s) {
  client.send(raw_client::request("POST", "/rpc/event/follow", "{}", s.authorization));
  client.read_until("\"ready\"");
}

void tell(served_engine& s, std::string name) {
  auto const desk = s.engine.workspace(principal::trusted(s.home, s.owner, member_role::owner));
  sync_wait(desk.events().tell(s.owner, std::move(name), nullptr));
}

bool has_gauge(served_engine const& s, std::string const& line) {
  return prometheus_text(*s.measured).find(line) != std::string::npos;
}

TEST(QuietStreams, TellEachEventAndThatTheyLiveBetween) {
  server_options options;
  options.limits.rpc_keep_alive = 300ms;
  served_engine s(std::move(options));
  raw_client client(s.port());
  follow(client, s);

  for (auto const* name : {"one", "two", "three"}) {
    tell(s, name);
    EXPECT_NE(client.read_until(name).find("event: message\n"), std::string::npos);
    client.read_until(": \n\n");
  }
}

TEST(QuietStreams, GiveAllOfWhatIsToldAtOnceInOrder) {
  served_engine s;
  raw_client client(s.port());
  follow(client, s);
  socket_client socket(s.port(), s.authorization);
  socket.call("a", "/event/follow");
  socket.call("b", "/event/follow");
  for (int frames = 0; frames < 4; ++frames) socket.read();  // what begins each, and that it is ready

  for (int i = 0; i < 100; ++i) tell(s, "number " + std::to_string(i) + "!");

  std::map<std::string, int> seen;
  while (seen["a"] + seen["b"] < 200) {
    auto const frame = socket.read();
    auto& next = seen[std::string(frame.at("i").as_string())];
    EXPECT_EQ(frame.at("p").at("d").at("json").at("name").as_string(), "number " + std::to_string(next++) + "!");
  }
  for (int i = 0; i < 100; ++i) client.read_until("number " + std::to_string(i) + "!");
}

TEST(QuietStreams, HoldUpNobodyWhoseReaderDoesNotRead) {
  server_options options;
  options.limits.stream_buffer_bytes = 4'096;
  served_engine s(std::move(options));
  raw_client deaf(s.port(), 4'096);
  follow(deaf, s);
  raw_client client(s.port());
  follow(client, s);

  auto const desk = s.engine.workspace(principal::trusted(s.home, s.owner, member_role::owner));
  for (int i = 0; i < 400; ++i) {
    boost::json::value body(std::string(4'000, 'x'));
    auto const name = "number " + std::to_string(i) + "!";
    sync_wait(desk.events().tell(s.owner, name, std::move(body)));
    client.read_until(name);
  }
  deaf.read_until("number 0!");
  tell(s, "the last");
  deaf.read_until("the last");
}

TEST(QuietStreams, EndWhenTheirReaderLeavesAndWithTheServer) {
  served_engine s;
  {
    raw_client client(s.port());
    follow(client, s);
    socket_client socket(s.port(), s.authorization);
    socket.call("1", "/event/follow");
    socket.read();
    EXPECT_TRUE(has_gauge(s, R"(carrier="sse",http_route="/rpc/event/follow"} 1)") ||
                has_gauge(s, R"(http_route="/rpc/event/follow",carrier="sse"} 1)"));
  }
  EXPECT_TRUE(eventually([&] { return has_gauge(s, "sambung_connections 0"); }));
  EXPECT_TRUE(eventually([&] { return has_gauge(s, "sambung_websockets 0"); }));

  raw_client client(s.port());
  follow(client, s);
  socket_client socket(s.port(), s.authorization);
  socket.call("1", "/event/follow");
  socket.read();
  socket.read();
  s.stop(5s);
  EXPECT_NE(client.read_to_end().find("event: error"), std::string::npos);
  EXPECT_EQ(socket.read_close(), 1012);
}

TEST(QuietStreams, AreGoneOnWithOnTheSameConnection) {
  served_engine s;
  socket_client client(s.port(), s.authorization);

  for (int i = 0; i < 3; ++i) {
    auto const id = std::to_string(i);
    client.call(id, "/event/follow");
    client.read();
    client.read();
    tell(s, "hello " + id);
    EXPECT_EQ(client.read().at("i").as_string(), id);
    client.send(R"({"i":")" + id + R"(","t":4})");
    EXPECT_EQ(socket_client::status_of(client.ask("x", "/chat/getAll")), 200);
  }
}

}  // namespace
}  // namespace sambung::quiet_streams_test
