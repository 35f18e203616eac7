// What one client, one address, one user may have of a server, and what all of them may have together.
#include "support/eventually.hpp"
#include "support/served_engine.hpp"

#include <sambung/testing/gate.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

#include <future>

namespace sambung::shares_test {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::raw_client;
using test::raw_response;
using test::served_engine;
using testing::answer_script;
using testing::gate;

// A limit of five requests for each address, which does not fill again.
served_engine five_requests() {
  server_options options;
  options.clock = std::make_shared<testing::manual_clock>();
  auto rates = no_rates();
  rates.address = rate_limit(1, 5);
  return served_engine(options, rates);
}

struct refused_request {
  char const* what;
  char const* method;
  char const* path;
  std::string headers;
  std::string body;
  int status;
};

TEST(Refusals, CountAgainstTheRatesOfTheirAddress) {
  std::vector<refused_request> const all{
      {"no such path", "GET", "/nothing", "", "", 404},
      {"another method", "GET", "/v1/chat/completions", "", "", 405},
      {"no JSON", "POST", "/rpc/chat/getAll", "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi", "", 415},
      {"a wrong token", "POST", "/rpc/chat/getAll", "Authorization: Bearer smb_wrong\r\n", "{}", 401},
      {"no token", "POST", "/rpc/chat/getAll", "Authorization: Basic YTpi\r\n", "{}", 401},
      {"another site", "POST", "/rpc/chat/getAll", "Origin: https://evil.example\r\n", "{}", 403},
      {"a question before a call", "OPTIONS", "/rpc/chat/getAll", "", "", 204},
  };
  for (auto const& one : all) {
    SCOPED_TRACE(one.what);
    auto served = five_requests();
    auto const status = [&] {
      raw_client client(served.port());
      if (one.status != 415) return client.call(one.method, one.path, one.body, one.headers).status;
      client.send("POST " + std::string(one.path) + " HTTP/1.1\r\nHost: localhost\r\n" + one.headers);
      return client.read_response().status;
    };

    for (int i = 0; i < 5; ++i) EXPECT_EQ(status(), one.status);

    EXPECT_EQ(status(), 429);
    EXPECT_EQ(raw_client(served.port()).call("POST", "/rpc/chat/getAll", "{}", served.authorization).status, 429);
    EXPECT_EQ(raw_client(served.port()).call("GET", "/healthz").status, 200);
  }
}

// The answer to bytes that are no request.
raw_response answer_to(std::uint16_t port, std::string const& bytes) {
  raw_client client(port);
  client.try_send(bytes);
  return client.read_response();
}

std::string many_fields() {
  std::string all;
  for (int i = 0; i < 200; ++i) all += "X-" + std::to_string(i) + ": 1\r\n";
  return all;
}

TEST(Refusals, OfWhatCannotBeReadCountAsWell) {
  std::string const begin = "POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\n";
  std::vector<std::pair<std::string, int>> const all{
      {"\x16\x03\x01 no HTTP\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {begin + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {begin + "X: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
      {begin + many_fields() + "\r\n", 400},
  };
  for (auto const& [bytes, status] : all) {
    SCOPED_TRACE(bytes.substr(0, 100));
    auto served = five_requests();

    for (int i = 0; i < 5; ++i) EXPECT_EQ(answer_to(served.port(), bytes).status, status);

    auto const limited = answer_to(served.port(), bytes);
    EXPECT_EQ(limited.status, 429);
    EXPECT_EQ(limited.headers.count("retry-after"), 1u);
    EXPECT_EQ(limited.headers.at("connection"), "close");
    EXPECT_EQ(raw_client(served.port()).call("POST", "/rpc/chat/getAll", "{}", served.authorization).status, 429);
    EXPECT_EQ(raw_client(served.port()).call("GET", "/healthz").status, 200);
  }
}

TEST(Refusals, OfWhatAProxyCannotMakeReadableAreNobodys) {
  server_options options;
  options.clock = std::make_shared<testing::manual_clock>();
  options.trusted_proxies = {"127.0.0.0/8"};
  auto rates = no_rates();
  rates.address = rate_limit(1, 5);
  served_engine served(options, rates);

  for (int i = 0; i < 10; ++i) EXPECT_EQ(answer_to(served.port(), "no HTTP\r\n\r\n").status, 400);

  EXPECT_EQ(raw_client(served.port()).call("POST", "/rpc/chat/getAll", "{}", served.authorization).status, 200);
}

// Whether a new connection is served.
bool is_served(std::uint16_t port, char const* from = "127.0.0.1") {
  try {
    raw_client client(port, 0, from);
    return client.call("GET", "/healthz").status == 200;
  } catch (std::exception const&) {
    return false;
  }
}

TEST(Connections, OfOneAddressAreAShareOfAll) {
  server_options options;
  options.limits.max_connections_per_address = 3;
  served_engine served(options);
  std::vector<std::unique_ptr<raw_client>> mine;
  for (int i = 0; i < 3; ++i) {
    mine.push_back(std::make_unique<raw_client>(served.port()));
    ASSERT_EQ(mine.back()->call("GET", "/healthz").status, 200);
  }

  raw_client one_more(served.port());
  EXPECT_EQ(one_more.read_to_end().substr(0, 12), "HTTP/1.1 503");
  EXPECT_TRUE(is_served(served.port(), "127.0.0.2"));

  mine.pop_back();
  EXPECT_TRUE(eventually([&] { return is_served(served.port()); }));
}

TEST(Connections, OfATrustedProxyAreItsClients) {
  server_options options;
  options.limits.max_connections_per_address = 1;
  options.trusted_proxies = {"127.0.0.0/8"};
  served_engine served(options);
  std::vector<std::unique_ptr<raw_client>> proxied;
  for (int i = 0; i < 5; ++i) {
    proxied.push_back(std::make_unique<raw_client>(served.port()));
    EXPECT_EQ(proxied.back()->call("GET", "/healthz").status, 200);
  }
}

// A reader of a turn that has not ended.
std::unique_ptr<raw_client> reader_of(served_engine& served, std::string const& answer, std::string const& headers) {
  auto client = std::make_unique<raw_client>(served.port());
  client->send(
      raw_client::request("POST", "/rpc/message/resume", R"({"json":{"messageId":")" + answer + R"("}})", headers));
  return client;
}

TEST(Streams, OfOneUserAreSoManyAtOnce) {
  server_options options;
  options.limits.max_streams_per_user = 2;
  served_engine served(options);
  gate hold;
  served.provider->push(answer_script().text("begun").wait(hold).finish());
  auto const chat = served.new_chat();
  raw_client first(served.port());
  first.send(raw_client::request("POST", "/rpc/message/stream", R"({"json":{"chatId":")" + chat + R"(","text":"hi"}})",
                                 served.authorization));
  auto const begun = first.read_until("begun");
  auto const id = begun.substr(begun.find("\"messageId\":\"") + 13, 36);
  auto second = reader_of(served, id, served.authorization);
  second->read_until("begun");

  auto third = reader_of(served, id, served.authorization);
  auto const refused = third->read_response();
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.body.find("too many streams"), std::string::npos);
  served.provider->push(answer_script().text("hello").finish());
  raw_client over_v1(served.port());
  auto const completion = R"({"model":"test/scripted","stream":true,"messages":[{"role":"user","content":"hi"}]})";
  EXPECT_EQ(over_v1.call("POST", "/v1/chat/completions", completion, served.authorization).status, 429);
  EXPECT_EQ(raw_client(served.port()).call("POST", "/rpc/chat/getAll", "{}", served.authorization).status, 200);

  second->close();
  EXPECT_TRUE(eventually([&] {
    auto again = reader_of(served, id, served.authorization);
    return again->read_until("\r\n\r\n").starts_with("HTTP/1.1 200");
  }));
  hold.open();
}

TEST(Bodies, HaveABoundTogether) {
  server_options options;
  options.limits.max_bodies_bytes = 300'000;
  served_engine served(options);
  std::string const head = "POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                           served.authorization + "Content-Type: application/json\r\nContent-Length: 200000\r\n\r\n";
  std::string const most(190'000, ' ');
  std::string const rest = std::string(9'998, ' ') + "{}";
  raw_client clients[2] = {raw_client(served.port()), raw_client(served.port())};
  std::future<std::string> answers[2];
  for (int i = 0; i < 2; ++i) {
    answers[i] = std::async(std::launch::async, [&client = clients[i]] { return client.read_to_end(); });
    clients[i].try_send(head + most);
  }
  auto const has_answer = [&](int which) { return answers[which].wait_for(0s) == std::future_status::ready; };

  ASSERT_TRUE(eventually([&] { return has_answer(0) || has_answer(1); }));
  int const refused = has_answer(0) ? 0 : 1;
  clients[1 - refused].try_send(rest);

  EXPECT_TRUE(answers[refused].get().starts_with("HTTP/1.1 503"));
  // Served, unless both found no room in the same moment.
  EXPECT_TRUE(answers[1 - refused].get().starts_with("HTTP/1.1 "));
  EXPECT_TRUE(eventually([&] {
    raw_client next(served.port());
    next.try_send(head + most + rest);
    return next.read_to_end().starts_with("HTTP/1.1 200");
  }));
}

TEST(Bodies, OfAnswersAreAmongThem) {
  server_options options;
  options.limits.max_bodies_bytes = 300'000;
  served_engine served(options);
  auto const chat = served.new_chat();
  served.provider->push(answer_script().text(std::string(400'000, 'a')).finish());
  auto const made = served.call("message/create", R"({"chatId":")" + chat + R"(","text":"hi"})");
  EXPECT_EQ(made.status, 503);

  EXPECT_EQ(served.call("message/list", R"({"chatId":")" + chat + R"("})").status, 503);
  EXPECT_EQ(served.call("chat/getById", R"({"id":")" + chat + R"("})").status, 200);
}

// A chat with an answer of so many bytes.
std::string chat_with_answer(served_engine& served, std::string const& headers, std::size_t bytes) {
  auto const call = [&](std::string const& procedure, std::string const& json) {
    raw_client client(served.port());
    return client.call("POST", "/rpc/" + procedure, R"({"json":)" + json + "}", headers);
  };
  auto const made = call("chat/create", R"({"title":"t","model":"test/scripted"})");
  auto const chat = std::string(boost::json::parse(made.body).at("json").at("id").as_string());
  served.provider->push(answer_script().text(std::string(bytes, 'a')).finish());
  call("message/create", R"({"chatId":")" + chat + R"(","text":"hi"})");
  return chat;
}

TEST(Bodies, OfAnswersToOneUserAreAShareOfAll) {
  constexpr std::size_t large = 6 * 1'048'576;  // more than sockets take by themselves
  server_options options;
  options.limits.max_answer_bytes_per_user = large + large / 2;
  served_engine served(options);
  auto const other = served.stranger("ben@example.com", false);
  auto const list = [](std::string const& chat) { return R"({"json":{"chatId":")" + chat + R"("}})"; };
  auto const mine = list(chat_with_answer(served, served.authorization, large));
  auto const theirs = list(chat_with_answer(served, other, large));
  raw_client slow(served.port(), 4'096);
  slow.send(raw_client::request("POST", "/rpc/message/list", mine, served.authorization));
  slow.read_until("HTTP/1.1 200");

  auto const refused = raw_client(served.port()).call("POST", "/rpc/message/list", mine, served.authorization);
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.body.find("TOO_MANY_REQUESTS"), std::string::npos);
  EXPECT_EQ(raw_client(served.port()).call("POST", "/rpc/chat/getAll", "{}", served.authorization).status, 200);
  EXPECT_EQ(raw_client(served.port()).call("POST", "/rpc/message/list", theirs, other).status, 200);

  slow.close();
  EXPECT_TRUE(eventually([&] {
    return raw_client(served.port()).call("POST", "/rpc/message/list", mine, served.authorization).status == 200;
  }));
}

TEST(Bodies, OfAnAnswerLargerThanTheShareGoByThemselves) {
  constexpr std::size_t large = 6 * 1'048'576;  // more than sockets take by themselves
  server_options options;
  options.limits.max_answer_bytes_per_user = large / 2;
  served_engine served(options);
  auto const chat = chat_with_answer(served, served.authorization, large);
  auto const list = R"({"json":{"chatId":")" + chat + R"("}})";
  raw_client slow(served.port(), 4'096);
  slow.send(raw_client::request("POST", "/rpc/message/list", list, served.authorization));
  slow.read_until("HTTP/1.1 200");

  EXPECT_EQ(raw_client(served.port()).call("POST", "/rpc/message/list", list, served.authorization).status, 429);

  slow.close();
  EXPECT_TRUE(eventually([&] {
    return raw_client(served.port()).call("POST", "/rpc/message/list", list, served.authorization).status == 200;
  }));
}

TEST(Pages, SayHowManyOfTheirRowsAreDamaged) {
  served_engine served;

  auto const page = served.must("chat/getAll", "{}");

  EXPECT_EQ(page.at("damaged"), 0);
}

}  // namespace
}  // namespace sambung::shares_test
