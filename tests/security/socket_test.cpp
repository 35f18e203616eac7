// BR03, HT04, HT06: what a page elsewhere, and a client that is none, can do with a WebSocket.
#include "attack.hpp"
#include "support/client_frame.hpp"

#include <gtest/gtest.h>

namespace sambung::security_tests::socket_test {
namespace {

using test::client_frame;
using test::socket_client;

std::string const& headers_of(citizen const& who) { return who.headers.at(credential::session_token); }

// A socket whose frames are written by hand.
class frame_client {
 public:
  frame_client(std::uint16_t port, std::string const& headers, int receive_buffer = 0) : client_(port, receive_buffer) {
    client_.send(test::client_handshake(headers));
    client_.read_response();
  }

  bool send(std::string_view bytes) { return client_.try_send(bytes); }
  bool wait_for_reset() { return client_.wait_for_reset(); }
  // With which code the server closes; 0 when it says none.
  int close_code() {
    auto const bytes = client_.read_to_end();
    auto const at = bytes.rfind('\x88');
    if (at == bytes.npos || at + 4 > bytes.size()) return 0;
    return static_cast<unsigned char>(bytes[at + 2]) * 256 + static_cast<unsigned char>(bytes[at + 3]);
  }

 private:
  raw_client client_;
};

TEST(BR03, APageElsewhereOpensNoSocket) {
  world w;
  auto const& victim = w.citizens.front();
  auto const& both = victim.headers.at(credential::session_cookie);
  auto const cookie = both.substr(0, both.find("\r\n") + 2);

  for (auto const* origin :
       {"", "Origin: null\r\n", "Origin: https://evil.example\r\n", "Origin: http://localhost.evil.example\r\n",
        "Origin: http://localhost:1\r\n", "Origin: https://localhost\r\n"}) {
    EXPECT_EQ(socket_client(w.served.port(), cookie + origin).status(), 403) << origin;
    if (*origin) {
      EXPECT_EQ(socket_client(w.served.port(), headers_of(victim) + origin).status(), 403) << origin;
    }
  }
  EXPECT_EQ(socket_client(w.served.port(), both).status(), 101);
}

TEST(HT04, BrokenFramesEndTheirSocketAlone) {
  world w;
  auto const& owner = w.citizens.front();
  struct broken {
    std::string bytes;
    int code;
  };
  std::string unmasked("\x81\x02{}", 4);
  std::string endless;  // of fragments
  for (int i = 0; i < 40; ++i) endless += client_frame(i == 0 ? 0x01 : 0x00, std::string(32'000, 'x'));
  for (auto const& one :
       {broken{unmasked, 1002}, broken{client_frame(0xC1, "{}"), 1002}, broken{client_frame(0x83, "{}"), 1002},
        broken{client_frame(0x80, "{}"), 1002}, broken{client_frame(0x09, "x"), 1002},
        broken{client_frame(0x89, std::string(126, 'x')), 1002}, broken{client_frame(0x81, "\xFF\xFE"), 1007},
        broken{client_frame(0x81, "\xC3"), 1007}, broken{endless, 1009}}) {
    frame_client client(w.served.port(), headers_of(owner));
    client.send(one.bytes);
    EXPECT_EQ(client.close_code(), one.code) << one.bytes.substr(0, 4);
  }
  socket_client other(w.served.port(), headers_of(owner));
  EXPECT_EQ(socket_client::status_of(other.ask("1", "/chat/getAll")), 200);
}

TEST(HT06, FramesThatAreNoneDoNotReachAnything) {
  world w;
  auto const& owner = w.citizens.front();
  std::string const deep = std::string(100'000, '[') + std::string(100'000, ']');
  std::string members = "{";
  for (int i = 0; i < 40'000; ++i) members += "\"" + std::to_string(i) + "\":0,";

  for (auto const& text :
       {std::string("x"), std::string("{}"), R"({"i":")" + std::string(900'000, 'i') + R"(","p":{"u":"/chat/getAll"}})",
        std::string(R"({"i":"1","i":"1","p":{"u":"/chat/getAll"}})"), std::string(R"({"i":"1","t":9})"), deep,
        members + "\"p\":{}}"}) {
    socket_client client(w.served.port(), headers_of(owner));
    client.send(text);
    EXPECT_EQ(client.read_close(), 1007) << text.substr(0, 60);
  }
  socket_client client(w.served.port(), headers_of(owner));
  for (auto const& text : {socket_client::request("1", "/chat/getAll", deep), std::string(R"({"i":"2","p":{"u":"x"}})"),
                           std::string(R"({"i":"3","p":{"u":"/chat/getAll","h":{"x-tenant-id":"a\r\nb"}}})"),
                           socket_client::request("4", "/chat/getAll", R"({"limit":1,"limit":2})"),
                           members + R"("i":"5","p":{"u":"/chat/getAll","b":5}})"}) {
    client.send(text);
    EXPECT_EQ(socket_client::status_of(client.read().at("p").as_object()), 400) << text.substr(0, 60);
  }
  EXPECT_EQ(socket_client::status_of(client.ask("6", "/../healthz")), 404);
  EXPECT_EQ(socket_client::status_of(client.ask("7", "/chat/getAll/")), 404);
}

TEST(HT06, FloodsOfFramesHoldUpNobody) {
  world w;
  auto const& owner = w.citizens.front();
  auto const& other = w.citizens[2];
  socket_client flood(w.served.port(), headers_of(owner));
  socket_client calm(w.served.port(), headers_of(other));

  for (int i = 0; i < 20'000; ++i) {
    auto const id = std::to_string(i);
    flood.send(R"({"i":")" + id + R"(","t":3,"p":{"e":"message","d":{"json":1}}})");
    flood.send(R"({"i":")" + id + R"(","t":4})");
    if (i % 1'000 == 0) {
      EXPECT_EQ(socket_client::status_of(calm.ask(id, "/chat/getAll")), 200);
    }
  }
  for (int i = 0; i < 500; ++i) {
    auto const id = std::to_string(i);
    flood.call(id, "/chat/getAll");
    flood.send(R"({"i":")" + id + R"(","t":4})");
  }
  flood.call("last", "/chat/getAll");
  while (flood.read().at("i").as_string() != "last") {
  }
  EXPECT_EQ(socket_client::status_of(calm.ask("last", "/chat/getAll")), 200);
}

TEST(HT06, WhoReadsNothingIsReadNoFurtherAndThenDropped) {
  server_options options;
  options.limits.write_stall = std::chrono::milliseconds(1'500);
  world w(std::move(options));
  auto const& owner = w.citizens.front();
  frame_client deaf(w.served.port(), headers_of(owner), 4'096);
  socket_client calm(w.served.port(), headers_of(w.citizens[2]));

  // More answers than the system's buffers hold. What was not read by then makes the end a reset.
  std::string calls;
  for (int i = 0; i < 500; ++i) calls += client_frame(0x81, socket_client::request(std::to_string(i), "/chat/getAll"));
  for (int i = 0; i < 40 && deaf.send(calls); ++i) {
  }

  EXPECT_EQ(socket_client::status_of(calm.ask("1", "/chat/getAll")), 200);
  EXPECT_TRUE(deaf.wait_for_reset());
  EXPECT_EQ(socket_client::status_of(calm.ask("2", "/chat/getAll")), 200);
}

}  // namespace
}  // namespace sambung::security_tests::socket_test
