// /streams/turns: a real server and a client that looks at each header, on turns that run, have ended, or run
// elsewhere.
#include "support/eventually.hpp"
#include "support/served_engine.hpp"

#include <gtest/gtest.h>

namespace sambung::durable_streams_test {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::raw_client;
using test::raw_response;
using test::served_engine;
using testing::answer_script;
using testing::gate;

std::string offset(std::int64_t number) {
  auto const digits = std::to_string(number);
  return std::string(20 - digits.size(), '0') + digits;
}

server_options with_times(std::chrono::milliseconds poll, std::chrono::milliseconds connection) {
  server_options options;
  options.limits.long_poll_time = poll;
  options.limits.stream_connection_time = connection;
  return options;
}

std::string types_of(std::string const& body) {
  std::string types;
  auto const messages = boost::json::parse(body);
  for (auto const& one : messages.as_array()) types += std::string(one.at("type").as_string()) + ' ';
  return types;
}

// What the deltas and snapshots of an array of messages make of `text`.
void add_text(std::string& text, std::string const& body) {
  auto const messages = boost::json::parse(body);
  for (auto const& one : messages.as_array()) {
    if (one.at("type") == "text") text += one.at("text").as_string();
    if (one.at("type") != "snapshot") continue;
    text.clear();
    for (auto const& part : one.at("parts").as_array()) text += part.at("text").as_string();
  }
}

class stream_desk {
 public:
  explicit stream_desk(server_options options = server_options()) : served(std::move(options)) {}

  // The path of a turn that plays the script.
  std::string begin(answer_script script) {
    served.provider->push(std::move(script));
    raw_client client(served.port());
    client.send(raw_client::request("POST", "/rpc/message/stream",
                                    R"({"json":{"chatId":")" + served.new_chat() + R"(","text":"hi"}})",
                                    served.authorization));
    client.read_until("\"messageId\":\"");
    auto const id = client.read_until("\"");
    return "/streams/turns/" + id.substr(0, id.size() - 1);
  }

  // The same once it has ended.
  std::string end(answer_script script) {
    auto path = begin(std::move(script));
    EXPECT_TRUE(eventually([&] { return head(path).headers.contains("stream-closed"); }));
    return path;
  }

  raw_response get(std::string const& target, std::string const& more = {}, char const* method = "GET") {
    raw_client client(served.port());
    return client.call(method, target, {}, served.authorization + more);
  }

  raw_response head(std::string const& path) {
    raw_client client(served.port());
    client.send(raw_client::request("HEAD", path, {}, served.authorization));
    raw_response response;
    response.head = client.read_until("\r\n\r\n");
    response.status = std::stoi(response.head.substr(9, 3));
    if (response.head.find("Stream-Closed: true") != std::string::npos) response.headers["stream-closed"] = "true";
    auto const at = response.head.find("Stream-Next-Offset: ");
    if (at != std::string::npos) response.headers["stream-next-offset"] = response.head.substr(at + 20, 20);
    return response;
  }

  bool has_come_to(std::string const& path, std::int64_t number) {
    return eventually([&] { return head(path).headers["stream-next-offset"] == offset(number); });
  }

  served_engine served;
};

// Another engine on the same storage, behind a server of its own, for which the same tokens count.
class neighbour {
 public:
  explicit neighbour(served_engine& of)
      : engine_(pool_.get_executor(), options_for(of)), server_(engine_, pool_.get_executor()) {
    sync_wait(engine_.start());
    port_ = server_.listen("127.0.0.1", 0);
  }
  ~neighbour() {
    sync_wait(server_.shutdown(0ms));
    pool_.stop();
    pool_.join();
  }
  raw_response get(std::string const& target, std::string const& headers) {
    raw_client client(port_);
    return client.call("GET", target, {}, headers);
  }

 private:
  static engine_options options_for(served_engine& of) {
    engine_options options;
    options.storage = of.storage;
    options.deployment = deployment::shared;  // or it would take the other's turns for lost
    options.auth = served_engine::quick_passwords();
    options.providers.add("test", of.provider);
    return options;
  }
  boost::asio::thread_pool pool_{2};
  engine engine_;
  server server_;
  std::uint16_t port_ = 0;
};

answer_script two_words() { return answer_script().text("one ").text("two").usage(1, 2).finish(); }

TEST(DurableStream, OfATurnThatHasEndedIsReadFromEachOfItsOffsets) {
  stream_desk desk;
  auto const path = desk.end(two_words());

  auto const whole = desk.get(path);

  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(types_of(whole.body), "started text text finished ");
  EXPECT_EQ(whole.headers.at("content-type"), "application/json");
  EXPECT_EQ(whole.headers.at("stream-next-offset"), offset(4));
  EXPECT_EQ(whole.headers.at("stream-up-to-date"), "true");
  EXPECT_EQ(whole.headers.at("stream-closed"), "true");
  EXPECT_FALSE(whole.headers.contains("stream-cursor"));
  EXPECT_EQ(desk.get(path + "?offset=-1").body, whole.body);
  char const* const rests[] = {"started text text finished ", "text text finished ", "text finished ", "finished ", ""};
  for (std::int64_t number = 0; number <= 4; ++number) {
    auto const rest = desk.get(path + "?offset=" + offset(number));
    EXPECT_EQ(types_of(rest.body), rests[number]);
    EXPECT_EQ(rest.headers.at("stream-next-offset"), offset(4));
    EXPECT_EQ(rest.headers.at("stream-closed"), "true");
  }
  auto const metadata = desk.head(path);
  EXPECT_EQ(metadata.status, 200);
  EXPECT_EQ(metadata.headers.at("stream-next-offset"), offset(4));
}

TEST(DurableStream, OfATurnThatRunsIsOpenAtItsTail) {
  stream_desk desk;
  gate hold;
  auto const path = desk.begin(answer_script().text("one ").wait(hold).text("two").finish());
  ASSERT_TRUE(desk.has_come_to(path, 2));

  auto const begun = desk.get(path);
  auto const now = desk.get(path + "?offset=now");
  auto const tail = desk.get(path + "?offset=" + offset(2));

  EXPECT_EQ(types_of(begun.body), "started text ");
  for (auto const* one : {&begun, &now, &tail}) {
    EXPECT_EQ(one->headers.at("stream-next-offset"), offset(2));
    EXPECT_EQ(one->headers.at("stream-up-to-date"), "true");
    EXPECT_FALSE(one->headers.contains("stream-closed"));
  }
  EXPECT_EQ(now.body, "[]");
  EXPECT_EQ(tail.body, "[]");
  hold.open();
}

TEST(DurableStream, AnswersWithNothingNewToWhoHasItsTag) {
  stream_desk desk;
  auto const path = desk.end(two_words());
  auto const tag = desk.get(path).headers.at("etag");

  raw_client client(desk.served.port());
  client.send(raw_client::request("GET", path, {}, desk.served.authorization + "If-None-Match: " + tag + "\r\n"));
  auto const same = client.read_until("\r\n\r\n");

  EXPECT_TRUE(same.starts_with("HTTP/1.1 304 "));
  EXPECT_EQ(same.find("Content-Length"), std::string::npos);
  EXPECT_EQ(client.call("GET", path, {}, desk.served.authorization + "If-None-Match: \"x\"\r\n").status, 200);
  EXPECT_NE(desk.get(path + "?offset=" + offset(1)).headers.at("etag"), tag);
}

TEST(DurableStream, WakesALongPollAndTellsItOfTheEnd) {
  stream_desk desk;
  gate hold;
  auto const path = desk.begin(answer_script().text("one ").wait(hold).text("two").finish());
  ASSERT_TRUE(desk.has_come_to(path, 2));
  raw_client waiting(desk.served.port());

  waiting.send(
      raw_client::request("GET", path + "?offset=" + offset(2) + "&live=long-poll", {}, desk.served.authorization));
  hold.open();
  auto woken = waiting.read_response();

  EXPECT_EQ(woken.status, 200);
  std::string text;
  auto next = woken.headers.at("stream-next-offset");
  while (woken.status == 200) {
    add_text(text, woken.body);
    next = woken.headers.at("stream-next-offset");
    woken = desk.get(path + "?offset=" + next + "&live=long-poll");
  }
  EXPECT_EQ(text, "two");
  EXPECT_EQ(woken.status, 204);
  EXPECT_EQ(woken.headers.at("stream-closed"), "true");
  EXPECT_EQ(woken.headers.at("stream-next-offset"), offset(4));
}

TEST(DurableStream, LetsALongPollGoWhenItsTimeIsOver) {
  stream_desk desk(with_times(20ms, 60s));
  gate hold;
  auto const path = desk.begin(answer_script().text("one ").wait(hold).text("two").finish());
  ASSERT_TRUE(desk.has_come_to(path, 2));

  auto const first = desk.get(path + "?offset=" + offset(2) + "&live=long-poll");
  auto const cursor = first.headers.at("stream-cursor");
  auto const again = desk.get(path + "?offset=" + offset(2) + "&live=long-poll&cursor=" + cursor);

  EXPECT_EQ(first.status, 204);
  EXPECT_EQ(first.headers.at("stream-next-offset"), offset(2));
  EXPECT_EQ(first.headers.at("stream-up-to-date"), "true");
  EXPECT_FALSE(first.headers.contains("stream-closed"));
  EXPECT_GT(std::stoll(again.headers.at("stream-cursor")), std::stoll(cursor));
  hold.open();
}

TEST(DurableStream, SendsEventsEachWithItsControlUntilItIsClosed) {
  stream_desk desk;
  gate hold;
  auto const path = desk.begin(answer_script().text("one ").wait(hold).text("two").finish());
  ASSERT_TRUE(desk.has_come_to(path, 2));
  raw_client client(desk.served.port());
  client.send(raw_client::request("GET", path + "?offset=-1&live=sse", {}, desk.served.authorization));

  auto const head = client.read_until("\r\n\r\n");
  auto const begun = client.read_until("\"upToDate\":true}\n\n");
  hold.open();
  auto const rest = client.read_until("\r\n0\r\n");

  EXPECT_NE(head.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_NE(head.find("no-cache"), std::string::npos);
  EXPECT_NE(begun.find("event: data\ndata:[{\"type\":\"started\""), std::string::npos);
  EXPECT_NE(begun.find("event: control\ndata:{\"streamNextOffset\":\"" + offset(2)), std::string::npos);
  EXPECT_NE(rest.find("event: control\ndata:{\"streamNextOffset\":\"" + offset(4) +
                      "\",\"upToDate\":true,\"streamClosed\":true}\n\n"),
            std::string::npos);
}

TEST(DurableStream, EndsAConnectionOfEventsBetweenTwoOfThem) {
  stream_desk desk(with_times(20s, 50ms));
  gate hold;
  auto const path = desk.begin(answer_script().text("one ").wait(hold).text("two").finish());
  ASSERT_TRUE(desk.has_come_to(path, 2));

  auto const first = desk.get(path + "?offset=now&live=sse");
  hold.open();
  ASSERT_TRUE(desk.has_come_to(path, 4));
  auto const second = desk.get(path + "?offset=" + offset(2) + "&live=sse");

  EXPECT_EQ(first.body.find("event: control\ndata:{\"streamNextOffset\":\"" + offset(2)), 0U);
  EXPECT_EQ(first.body.find("streamClosed"), std::string::npos);
  EXPECT_NE(second.body.find("\"two\""), std::string::npos);
  EXPECT_NE(second.body.find("\"streamClosed\":true"), std::string::npos);
}

TEST(DurableStream, IsCutIntoAnswersOfALimitedSize) {
  stream_desk desk;
  answer_script script;
  std::string whole;
  for (int i = 0; i < 200; ++i) {
    whole += std::string(15'000, static_cast<char>('a' + i % 26));
    script.text(whole.substr(whole.size() - 15'000));
  }
  auto const path = desk.end(script.finish());

  std::string text;
  std::string next = "-1";
  int answers = 0;
  for (bool closed = false; !closed; ++answers) {
    auto const part = desk.get(path + "?offset=" + next);
    ASSERT_LT(part.body.size(), 1'100'000U);
    add_text(text, part.body);
    next = part.headers.at("stream-next-offset");
    closed = part.headers.contains("stream-closed");
    EXPECT_EQ(part.headers.contains("stream-up-to-date"), closed);
  }

  EXPECT_EQ(answers, 3);
  EXPECT_TRUE(text == whole);
}

TEST(DurableStream, OfATurnThatAnotherEngineRunsIsReadFromStorage) {
  stream_desk desk;
  neighbour elsewhere(desk.served);
  gate hold;
  auto const path = desk.begin(answer_script().text("one ").wait(hold).text("two").finish());
  auto const& headers = desk.served.authorization;

  std::string text;
  std::string next = "-1";
  bool closed = false;
  for (int answers = 0; !closed && answers < 100; ++answers) {
    auto const part = elsewhere.get(path + "?live=long-poll&offset=" + next, headers);
    ASSERT_TRUE(part.status == 200 || part.status == 204) << part.head;
    if (part.status == 200) add_text(text, part.body);
    EXPECT_LE(next == "-1" ? "" : next, part.headers.at("stream-next-offset"));
    next = part.headers.at("stream-next-offset");
    closed = part.headers.contains("stream-closed");
    if (text == "one ") hold.open();
  }

  EXPECT_TRUE(closed);
  EXPECT_EQ(text, "one two");
  EXPECT_EQ(next, offset(4));
}

TEST(DurableStream, WhoseEventsAreNotKeptAnyMoreReadsAsASnapshotAndTheEnd) {
  stream_desk desk;
  auto const path = desk.end(two_words());
  std::string const large(2'500'000, 'x');
  auto const large_path = desk.end(answer_script().text(large).finish());
  neighbour elsewhere(desk.served);
  auto const& headers = desk.served.authorization;

  auto const whole = elsewhere.get(path, headers);
  auto const rest = elsewhere.get(path + "?offset=" + offset(2), headers);
  auto const last = elsewhere.get(path + "?offset=" + offset(3), headers);
  auto const behind = elsewhere.get(path + "?offset=" + offset(5), headers);
  auto const of_large = elsewhere.get(large_path, headers);

  EXPECT_EQ(types_of(whole.body), "started snapshot finished ");
  EXPECT_EQ(types_of(rest.body), "snapshot finished ");
  EXPECT_EQ(types_of(last.body), "finished ");
  EXPECT_EQ(whole.headers.at("etag"), desk.get(path).headers.at("etag"));
  for (auto const* one : {&whole, &rest, &last}) {
    EXPECT_EQ(one->headers.at("stream-next-offset"), offset(4));
    EXPECT_EQ(one->headers.at("stream-closed"), "true");
  }
  EXPECT_EQ(behind.status, 400);
  std::string text;
  add_text(text, of_large.body);
  EXPECT_TRUE(text == large);
  EXPECT_EQ(of_large.headers.at("stream-next-offset"), desk.head(large_path).headers.at("stream-next-offset"));
  EXPECT_EQ(of_large.headers.at("stream-closed"), "true");
}

TEST(DurableStream, IsOnlyReadAndOnlyByWhoOwnsIt) {
  stream_desk desk;
  auto const path = desk.end(two_words());
  auto const chat = desk.served.new_chat();
  desk.served.provider->push(two_words());
  auto const sent = desk.served.must("message/create", R"({"chatId":")" + chat + R"(","text":"hi"})");
  auto const question = std::string(sent.at("userMessage").at("id").as_string());
  raw_client stranger(desk.served.port());
  auto const other = desk.served.stranger("other@example.com", true);

  for (auto const* method : {"PUT", "POST", "DELETE", "PATCH"}) {
    auto const refused = desk.get(path, {}, method);
    EXPECT_EQ(refused.status, 405) << method;
    EXPECT_EQ(refused.headers.at("allow"), "GET, HEAD") << method;
  }
  for (auto const* query : {"", "?offset=now", "?offset=-1&live=long-poll", "?offset=-1&live=sse"}) {
    EXPECT_EQ(stranger.call("GET", path + query, {}, other).status, 404) << query;
    EXPECT_EQ(stranger.call("GET", path + query).status, 401) << query;
    EXPECT_EQ(desk.get("/streams/turns/" + question + query).status, 404) << query;
  }
  for (auto const* query : {"?offset=", "?offset=0,1", "?offset=7", "?live=sse", "?offset=-1&live=x"})
    EXPECT_EQ(desk.get(path + query).status, 400) << query;
}

TEST(DurableStream, CountsAmongWhatAUserReadsAtOnceUntilItsClientLeaves) {
  server_options options;
  options.limits.max_streams_per_user = 1;
  stream_desk desk(std::move(options));
  gate hold;
  auto const path = desk.begin(answer_script().text("one ").wait(hold).text("two").finish());
  ASSERT_TRUE(desk.has_come_to(path, 2));
  auto const poll = path + "?offset=now&live=long-poll";
  auto const events = path + "?offset=-1&live=sse";
  std::unique_ptr<raw_client> reader;
  ASSERT_TRUE(eventually([&] {
    reader = std::make_unique<raw_client>(desk.served.port());
    reader->send(raw_client::request("GET", events, {}, desk.served.authorization));
    return reader->read_head().status == 200;
  }));

  EXPECT_EQ(desk.get(poll).status, 429);
  EXPECT_EQ(desk.get(events).status, 429);
  EXPECT_EQ(desk.get(path).status, 200);
  reader->close();

  EXPECT_TRUE(eventually([&] { return desk.get(path + "?offset=-1&live=long-poll").status == 200; }));
  hold.open();
}

}  // namespace
}  // namespace sambung::durable_streams_test
