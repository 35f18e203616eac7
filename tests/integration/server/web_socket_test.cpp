// /ws over real sockets: calls, streams, limits, and how it ends.
#include "support/client_frame.hpp"
#include "support/eventually.hpp"
#include "support/served_engine.hpp"
#include "support/socket_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace sambung::web_socket_test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using test::raw_client;
using test::served_engine;
using test::socket_client;
using testing::answer_script;

constexpr char const* model_chat = R"({"title":"t","model":"test/scripted"})";

server_options limited(void (*set)(server_limits&)) {
  server_options options;
  set(options.limits);
  return options;
}

std::string handshake(std::string const& headers = {}) {
  return "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + headers +
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

// A message of fewer than 64 KiB as a client's one frame, for many in one write.
std::string masked(std::string const& text) {
  std::string frame = "\x81";
  bool const is_short = text.size() < 126;
  frame += static_cast<char>(0x80 | (is_short ? text.size() : 126));
  if (!is_short) frame += static_cast<char>(text.size() >> 8);
  if (!is_short) frame += static_cast<char>(text.size() & 0xFF);
  return frame.append(4, '\0') + text;
}

std::string origin_cookie() { return "Cookie: better-auth.session_token=x\r\n"; }

json::object data_of(json::object const& payload) { return payload.at("b").at("json").at("data").as_object(); }
std::string code_of(json::object const& payload) {
  return std::string(payload.at("b").at("json").at("code").as_string());
}

// The text of a stream's events until its end, which is returned with it.
std::pair<std::string, std::string> read_stream(socket_client& client, std::string const& id) {
  std::string text;
  while (true) {
    auto const frame = client.read();
    if (frame.at("i").as_string() != id) continue;
    auto const& payload = frame.at("p").as_object();
    if (!payload.contains("e")) continue;
    if (payload.at("e").as_string() != "message") return {text, std::string(payload.at("e").as_string())};
    auto const& event = payload.at("d").at("json").as_object();
    if (auto const* piece = event.if_contains("text"); piece && event.at("type").as_string() == "text")
      text += std::string_view(piece->as_string());
  }
}

std::string send_input(std::string const& chat) { return R"({"chatId":")" + chat + R"(","text":"hi"})"; }

TEST(WebSocket, AnswersCallsAndFaultsAsOverHttp) {
  served_engine s;
  socket_client client(s.port(), s.authorization);
  ASSERT_EQ(client.status(), 101);

  auto const made = client.ask("1", "/chat/create", model_chat);
  auto const id = std::string(made.at("b").at("json").at("id").as_string());
  auto const got = client.ask("2", "/chat.getById", R"({"id":")" + id + "\"}");
  auto const missing = client.ask("3", "/chat/getById", R"({"id":"0192e4a0-7b2c-7def-8123-456789abcdef"})");
  auto const wrong = client.ask("4", "/chat/create", R"({"title":5,"x":1})");
  auto const unknown = client.ask("5", "/no/such");
  auto const queried = client.ask("6", "/chat/getAll?data=%7B%7D", {}, R"(,"m":"GET")");
  auto const refused = client.ask("7", "/chat/create?data=%7B%7D", {}, R"(,"m":"GET")");

  EXPECT_EQ(got.at("b").at("json").at("title").as_string(), "t");
  EXPECT_EQ(socket_client::status_of(missing), 404);
  EXPECT_EQ(code_of(missing), "NOT_FOUND");
  EXPECT_FALSE(data_of(missing).at("requestId").as_string().empty());
  EXPECT_EQ(socket_client::status_of(wrong), 400);
  EXPECT_GE(data_of(wrong).at("issues").as_array().size(), 2U);
  EXPECT_EQ(socket_client::status_of(unknown), 404);
  EXPECT_EQ(socket_client::status_of(queried), 200);
  EXPECT_EQ(socket_client::status_of(refused), 405);
}

TEST(WebSocket, StreamsATurnAndResumesIt) {
  served_engine s;
  auto const chat = s.new_chat();
  s.provider->push(answer_script().text("one ").text("two").finish());
  socket_client client(s.port(), s.authorization);

  client.call("a", "/message/stream", send_input(chat));
  auto const begin = client.read();
  EXPECT_EQ(begin.at("p").at("h").at("content-type").as_string(), "text/event-stream");
  auto const first = client.read();
  auto const& payload = first.at("p").as_object();
  EXPECT_EQ(first.at("t").as_int64(), 3);
  EXPECT_GE(payload.at("m").at("retry").as_int64(), 500);
  EXPECT_LT(payload.at("m").at("retry").as_int64(), 1'000);
  auto const number = std::string(payload.at("m").at("id").as_string());
  auto const message = std::string(payload.at("d").at("json").at("messageId").as_string());
  auto const [text, end] = read_stream(client, "a");
  EXPECT_EQ(text, "one two");
  EXPECT_EQ(end, "done");

  client.call("b", "/message/resume", R"({"messageId":")" + message + "\"}",
              R"(,"h":{"Last-Event-ID":")" + number + "\"}");
  EXPECT_EQ(read_stream(client, "b").first, "one two");
}

TEST(WebSocket, AbortEndsAReaderAndNeverATurn) {
  served_engine s;
  auto const chat = s.new_chat();
  testing::gate hold;
  s.provider->push(answer_script().text("one ").wait(hold).text("two").finish());
  socket_client client(s.port(), s.authorization);

  client.call("a", "/message/stream", send_input(chat));
  client.read();
  auto const first = client.read();
  auto const message = std::string(first.at("p").at("d").at("json").at("messageId").as_string());
  client.send(R"({"i":"a","t":4})");
  client.call("b", "/message/resume", R"({"messageId":")" + message + "\"}");
  hold.open();

  bool begun = false;  // what was on its way may come before the abort, nothing behind it
  std::string text;
  while (true) {
    auto const frame = client.read();
    bool const second = frame.at("i").as_string() == "b";
    begun = begun || second;
    ASSERT_TRUE(second || !begun);
    auto const* payload = frame.at("p").as_object().if_contains("d");
    auto const* event = payload ? payload->as_object().if_contains("json") : nullptr;
    if (second && event && event->at("type").as_string() == "text")
      text += std::string_view(event->at("text").as_string());
    if (second && frame.at("p").as_object().contains("e") && frame.at("p").at("e").as_string() == "done") break;
  }
  EXPECT_EQ(text, "one two");
}

TEST(WebSocket, MayBeLeftWithStreamsOpen) {
  served_engine s;
  for (int round = 0; round < 5; ++round) {
    socket_client client(s.port(), s.authorization);
    for (int i = 0; i < 20; ++i) client.call(std::to_string(i), "/event/follow");
    client.read();
  }
  socket_client other(s.port(), s.authorization);
  EXPECT_EQ(socket_client::status_of(other.ask("1", "/chat/getAll")), 200);
}

// Each credential is new to the server: whoever presents it is waited for, and the abort comes meanwhile.
TEST(WebSocket, TakesAnIdAgainAsSoonAsItWasAborted) {
  served_engine s;
  for (int round = 0; round < 5; ++round) {
    auto const other = s.stranger(std::to_string(round) + "@example.com", false);
    auto const header = R"(,"h":{"authorization":")" + other.substr(15, other.size() - 17) + "\"}";
    auto const call = masked(socket_client::request("a", "/event/follow", {}, header));
    raw_client client(s.port());
    client.send(handshake());
    ASSERT_EQ(client.read_response().status, 101);
    client.send(call + masked(R"({"i":"a","t":4})") + call);

    client.read_until("\"ready\"");
  }
}

TEST(WebSocket, LogsACallWhoseReaderLeft) {
  std::mutex mutex;
  std::string lines;
  server_options options;
  options.access_log = [&](std::string_view more) {
    std::lock_guard lock(mutex);
    lines += more;
  };
  served_engine s(std::move(options));
  socket_client client(s.port(), s.authorization);
  client.call("a", "/chat/create", model_chat);
  client.send(R"({"i":"a","t":4})");
  client.call("b", "/event/follow");
  client.read();
  client.send(R"({"i":"b","t":4})");
  {
    raw_client over_http(s.port());
    over_http.send(raw_client::request("POST", "/rpc/event/follow", {}, s.authorization));
    over_http.read_until("}\n\n");
  }

  EXPECT_TRUE(test::eventually([&] {
    std::lock_guard lock(mutex);
    auto const followed = lines.find(R"("path":"/rpc/event/follow")");
    return lines.find(R"("path":"/rpc/chat/create")") != lines.npos && followed != lines.npos &&
           lines.find(R"("path":"/rpc/event/follow")", followed + 1) != lines.npos;
  }));
}

TEST(WebSocket, EndsStreamsOfATokenThatHasExpired) {
  served_engine s(limited([](server_limits& limits) { limits.caller_check_time = 600ms; }));
  token_options how;
  how.lifetime = 3s;
  auto const short_lived = sync_wait(s.engine.api_tokens().create(s.home, s.owner, "short", how)).secret;
  socket_client client(s.port(), "Authorization: Bearer " + short_lived + "\r\n");
  ASSERT_EQ(client.status(), 101);
  raw_client over_http(s.port());
  over_http.send(
      "POST /rpc/event/follow HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\nAuthorization: Bearer " +
      short_lived + "\r\n\r\n{}");
  client.call("1", "/event/follow");

  EXPECT_EQ(read_stream(client, "1").second, "error");
  EXPECT_EQ(client.read_close(), 1008);
  EXPECT_NE(over_http.read_to_end().find("UNAUTHORIZED"), std::string::npos);
}

TEST(WebSocket, TakesTheCredentialOfEachCall) {
  served_engine s;
  auto const other = s.stranger("other@example.com", false);
  socket_client client(s.port());
  auto const as = [](std::string const& header) {
    return R"(,"h":{"Authorization":")" + header.substr(15, header.size() - 17) + "\"}";
  };

  auto const nobody = client.ask("1", "/chat/getAll");
  s.new_chat();
  auto const owner = client.ask("2", "/chat/getAll", {}, as(s.authorization));
  auto const stranger = client.ask("3", "/chat/getAll", {}, as(other));
  auto const wrong = client.ask("4", "/chat/getAll", {}, R"(,"h":{"authorization":"Bearer nonsense"})");

  EXPECT_EQ(socket_client::status_of(nobody), 401);
  EXPECT_EQ(owner.at("b").at("json").at("items").as_array().size(), 1U);
  EXPECT_EQ(stranger.at("b").at("json").at("items").as_array().size(), 0U);
  EXPECT_EQ(socket_client::status_of(wrong), 401);
}

TEST(WebSocket, ChangesNoSession) {
  served_engine s;
  socket_client client(s.port(), s.authorization);

  auto const in = client.ask("1", "/auth/signIn", R"({"email":"a@example.com","password":"wrong password"})");
  auto const out = client.ask("2", "/auth/signOut");

  EXPECT_EQ(data_of(in).at("errc").as_string(), "unsupported");
  EXPECT_EQ(data_of(out).at("errc").as_string(), "unsupported");
}

TEST(WebSocket, IsOpenedByAllowedPagesAlone) {
  server_options options;
  options.allowed_origins = {"https://good.example"};
  served_engine s(std::move(options));
  auto const opened = [&](std::string const& headers) { return socket_client(s.port(), headers).status(); };

  EXPECT_EQ(opened(""), 101);
  EXPECT_EQ(opened("Origin: http://localhost\r\n"), 101);
  EXPECT_EQ(opened("Origin: https://good.example\r\n"), 101);
  EXPECT_EQ(opened("Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(opened("Origin: null\r\n"), 403);
  EXPECT_EQ(opened(origin_cookie()), 403);
  EXPECT_EQ(opened(origin_cookie() + "Origin: http://localhost\r\n"), 101);
}

TEST(WebSocket, RefusesWhatIsNoHandshake) {
  served_engine s;
  raw_client client(s.port());

  auto const plain = client.call("GET", "/ws");
  auto const old = client.call("GET", "/ws", {},
                               "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  auto const keyless =
      client.call("GET", "/ws", {}, "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
  auto const posted = client.call("POST", "/ws", "{}");
  raw_client hasty(s.port());
  hasty.send(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nGET /healthz HTTP/1.1\r\n");

  EXPECT_EQ(plain.status, 426);
  EXPECT_EQ(plain.headers.at("upgrade"), "websocket");
  EXPECT_EQ(old.status, 426);
  EXPECT_EQ(keyless.status, 400);
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(hasty.read_response().status, 400);
}

TEST(WebSocket, TakesBinaryFramesWithoutFiles) {
  served_engine s;
  socket_client client(s.port(), s.authorization);

  client.send_binary(socket_client::request("1", "/chat/getAll"));
  EXPECT_EQ(socket_client::status_of(client.read().at("p").as_object()), 200);
  client.send_binary(socket_client::request("2", "/chat/getAll") + '\xFF' + "a file");
  auto const refused = client.read();

  EXPECT_EQ(socket_client::status_of(refused.at("p").as_object()), 415);
  EXPECT_EQ(code_of(refused.at("p").as_object()), "UNSUPPORTED_MEDIA_TYPE");
  client.send("this is no frame");
  EXPECT_EQ(client.read_close(), 1007);
}

TEST(WebSocket, ClosesOversizedMessagesAndCountsOpenCalls) {
  served_engine s(limited([](server_limits& limits) {
    limits.max_message_bytes = 50'000;
    limits.max_calls_per_socket = 2;
  }));
  auto const chat = s.new_chat();
  testing::gate hold;
  for (int i = 0; i < 2; ++i) s.provider->push(answer_script().text("x").wait(hold).finish());
  socket_client client(s.port(), s.authorization);

  client.call("1", "/message/stream", send_input(chat));
  client.read();
  client.call("2", "/message/stream", send_input(s.new_chat()));
  json::object frame;
  do frame = client.read();
  while (frame.at("i").as_string() != "2");
  client.call("2", "/chat/getAll");  // of an open id: ignored
  client.call("3", "/chat/getAll");
  do frame = client.read();
  while (frame.at("i").as_string() != "3");
  EXPECT_EQ(code_of(frame.at("p").as_object()), "TOO_MANY_REQUESTS");
  hold.open();

  socket_client large(s.port(), s.authorization);
  auto const fits = large.ask("1", "/chat/create", R"({"title":")" + std::string(49'000, 'x') + R"("})");
  EXPECT_EQ(socket_client::status_of(fits), 400);
  large.call("2", "/chat/create", R"({"title":")" + std::string(60'000, 'x') + R"("})");
  EXPECT_EQ(large.read_close(), 1009);
}

// Holds back one question of those who come, once it is told to.
class holding_limiter final : public limiter {
 public:
  void hold_next() { holds_ = true; }
  testing::gate held;

  task<result<void>> take(std::vector<bucket_request>) override {
    if (holds_.exchange(false)) co_await held.wait();
    co_return result<void>();
  }

 private:
  std::atomic<bool> holds_ = false;
};

TEST(WebSocket, AnswersARefusedCallOnceAlsoWhenItsIdComesAgainMeanwhile) {
  auto const limiting = std::make_shared<holding_limiter>();
  auto options = limited([](server_limits& limits) { limits.max_calls_per_socket = 2; });
  options.limiter = limiting;
  auto rates = no_rates();
  rates.address = rate_limit(1'000, 1'000);
  served_engine s(options, rates);
  testing::gate hold;
  for (int i = 0; i < 2; ++i) s.provider->push(answer_script().text("x").wait(hold).finish());
  socket_client client(s.port(), s.authorization);
  // The next frame of a call that is no stream.
  auto const answer = [&] {
    auto frame = client.read();
    while (frame.at("i").as_string().starts_with("stream")) frame = client.read();
    return frame;
  };
  for (std::string const id : {"stream 1", "stream 2"}) {
    client.call(id, "/message/stream", send_input(s.new_chat()));
    while (client.read().at("i").as_string() != id) {
    }
  }
  limiting->hold_next();
  client.call("2", "/chat/getAll");  // one too many
  ASSERT_TRUE(limiting->held.reached_within(10s));

  client.send(R"({"i":"stream 1","t":4})");
  client.call("2", "/chat/getAll");  // of an id that has no answer yet: ignored
  client.call("3", "/chat/getAll");
  auto const behind = answer();
  EXPECT_EQ(behind.at("i").as_string(), "3");
  EXPECT_EQ(socket_client::status_of(behind.at("p").as_object()), 200);
  limiting->held.open();

  auto const refused = answer();
  EXPECT_EQ(refused.at("i").as_string(), "2");
  EXPECT_EQ(code_of(refused.at("p").as_object()), "TOO_MANY_REQUESTS");
  for (std::string const id : {"2", "4"}) {
    client.call(id, "/chat/getAll");
    auto const next = answer();
    EXPECT_EQ(next.at("i").as_string(), id);
    EXPECT_EQ(socket_client::status_of(next.at("p").as_object()), 200);
  }
  hold.open();
}

TEST(WebSocket, HasPlacesForEachUserAndAddress) {
  served_engine s(limited([](server_limits& limits) {
    limits.max_sockets_per_user = 1;
    limits.max_sockets_per_address = 3;
  }));
  socket_client first(s.port(), s.authorization);
  EXPECT_EQ(socket_client::status_of(first.ask("1", "/chat/getAll")), 200);

  socket_client second(s.port(), s.authorization);
  EXPECT_EQ(second.read_close(), 1013);
  socket_client third(s.port());
  socket_client late(s.port());
  late.call("1", "/chat/getAll", {}, R"(,"h":{"authorization":"Bearer )" + s.token + "\"}");
  EXPECT_EQ(late.read_close(), 1013);
}

TEST(WebSocket, EndsWhereNobodySignsIn) {
  served_engine s(limited([](server_limits& limits) { limits.socket_sign_in_time = 100ms; }));
  socket_client nobody(s.port());
  socket_client somebody(s.port(), s.authorization);

  EXPECT_EQ(nobody.read_close(), 1008);
  EXPECT_EQ(socket_client::status_of(somebody.ask("1", "/chat/getAll")), 200);
}

TEST(WebSocket, IsPingedInSilenceAndDroppedWithoutAByte) {
  served_engine s(limited([](server_limits& limits) {
    limits.socket_ping_time = 100ms;
    limits.socket_silence = 1'500ms;
  }));
  raw_client silent(s.port());
  silent.send(test::client_handshake(s.authorization));
  EXPECT_EQ(silent.read_response().status, 101);
  EXPECT_NE(silent.read_to_end().find(std::string("\x89\0", 2)), std::string::npos);

  socket_client alive(s.port(), s.authorization);
  auto const chat = s.new_chat();
  testing::gate hold;
  s.provider->push(answer_script().text("x").wait(hold).finish());
  alive.call("1", "/message/stream", send_input(chat));
  while (alive.read_text()->find(R"("text":"x")") == std::string::npos) {
  }
  alive.await_pings(8);  // one for each sweep: longer than it may be silent
  hold.open();
  EXPECT_EQ(read_stream(alive, "1").second, "done");
}

TEST(WebSocket, ASlowReaderHoldsUpNobody) {
  served_engine s;
  auto const chat = s.new_chat();
  auto long_answer = answer_script();
  std::string const piece(4'000, 'x');
  for (int i = 0; i < 2'000; ++i) long_answer.text(piece);
  s.provider->push(long_answer.finish());
  socket_client slow(s.port(), s.authorization);
  slow.call("1", "/message/stream", send_input(chat));

  socket_client other(s.port(), s.authorization);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(socket_client::status_of(other.ask(std::to_string(i), "/chat/getAll")), 200);
  auto const [text, end] = read_stream(slow, "1");
  EXPECT_EQ(text.size(), 8'000'000U);
  EXPECT_EQ(end, "done");
}

TEST(WebSocket, AnswersBeforeTheEventsOfALongStream) {
  served_engine s;
  auto const chat = s.new_chat();
  auto long_answer = answer_script();
  std::string const piece(4'000, 'x');
  for (int i = 0; i < 2'000; ++i) long_answer.text(piece);
  s.provider->push(long_answer.finish());
  socket_client client(s.port(), s.authorization);

  client.call("s", "/message/stream", send_input(chat));
  client.call("q", "/chat/getAll");
  std::size_t events = 0;
  while (true) {
    auto const frame = client.read();
    if (frame.at("i").as_string() == "q") break;
    ++events;
  }
  EXPECT_LT(events, 1'000U);
  EXPECT_EQ(read_stream(client, "s").second, "done");
}

TEST(WebSocket, IsToldToComeBackWhenTheServerEnds) {
  served_engine s;
  auto const chat = s.new_chat();
  testing::gate hold;
  s.provider->push(answer_script().text("x").wait(hold).finish());
  socket_client idle(s.port(), s.authorization);
  idle.ask("1", "/chat/getAll");
  socket_client reading(s.port(), s.authorization);
  reading.call("1", "/message/stream", send_input(chat));
  reading.read();

  std::jthread stopping([&] { s.stop(2s); });

  EXPECT_EQ(idle.read_close(), 1012);
  EXPECT_EQ(reading.read_close(), 1012);
  hold.open();
}

}  // namespace
}  // namespace sambung::web_socket_test
