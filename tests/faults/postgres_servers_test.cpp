// Reference servers, each a process of its own, on one PostgreSQL: what one begins the other goes on with, and what is
// done on both at once happens once.
#include "support/postgres_cluster.hpp"
#include "support/programs.hpp"
#include "support/raw_client.hpp"
#include "support/rpc_client.hpp"
#include "support/settings.hpp"

#include <sambung/testing/scripted_vendor.hpp>

#include <gtest/gtest.h>

#include <future>
#include <set>

namespace sambung::tests::postgres_servers_test {
namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

class server_process {
 public:
  server_process(cluster_database const& database, std::string const& vendor_url)
      : process_(reference_server_program(), {{"SAMBUNG_DATABASE_URL", database.app_url},
                                              {"SAMBUNG_MIGRATOR_URL", database.migrator_url},
                                              {"SAMBUNG_PORT", "0"},
                                              {"SAMBUNG_RATE_LIMITS", "off"},
                                              {"SAMBUNG_SECRET", "the same for both, and not to be guessed"},
                                              {"SAMBUNG_LEASE", "1"},
                                              {"OPENAI_API_KEY", "test-key"},
                                              {"OPENAI_BASE_URL", vendor_url}}) {}

  // Reads what it says on its start. False when it ends instead.
  bool await_start() {
    std::string const token_mark = "API token, shown this once: ", port_mark = "Sambung listens on http://127.0.0.1:";
    while (auto const line = process_.line()) {
      if (line->starts_with(token_mark)) token_ = line->substr(token_mark.size());
      if (!line->starts_with(port_mark)) continue;
      port_ = static_cast<unsigned short>(std::stoi(line->substr(port_mark.size())));
      return true;
    }
    return false;
  }

  // Only the one that made it shows it.
  std::string const& token() const { return token_; }
  unsigned short port() const { return port_; }
  rpc_client client(std::string const& token) const { return rpc_client(port_, token); }
  void kill() { process_.end(SIGKILL); }

 private:
  child_process process_;
  std::string token_;
  unsigned short port_ = 0;
};

std::string id_of(boost::json::value const& record) { return std::string(record.at("id").as_string()); }

std::string text_of(boost::json::value const& message) {
  std::string text;
  for (auto const& part : message.at("parts").as_array())
    if (part.at("type").as_string() == "text") text += std::string(part.at("text").as_string());
  return text;
}

std::string new_chat(rpc_client client, std::string const& title = "T") {
  auto const made = client.call("chat.create", {{"title", title}, {"model", "openai/m"}});
  EXPECT_EQ(made.status, 200U) << boost::json::serialize(made.body);
  return id_of(made.body);
}

boost::json::array messages(rpc_client client, std::string const& chat) {
  return client.call("message.list", {{"chatId", chat}, {"limit", 200}}).body.at("items").as_array();
}

// What a reader of an answer knows.
struct reading {
  std::string text;
  std::int64_t last = 0;
  std::optional<std::string> state;  // once it has ended

  void take(rpc_event const& event) {
    if (event.name != "message") return;
    last = event.id;
    auto const& type = event.data.at("type").as_string();
    if (type == "text") text += std::string(event.data.at("text").as_string());
    if (type == "snapshot") text = text_of(event.data);
    if (type == "finished") state = std::string(event.data.at("state").as_string());
  }
};

class TwoServers : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { cluster_ = std::make_unique<postgres_cluster>(cluster_options::without_sync()); }
  static void TearDownTestSuite() { cluster_.reset(); }
  static postgres_cluster& cluster() { return *cluster_; }

  // A and then B.
  void start() {
    a_ = std::make_unique<server_process>(database_, vendor_.base_url());
    ASSERT_TRUE(a_->await_start());
    b_ = std::make_unique<server_process>(database_, vendor_.base_url());
    ASSERT_TRUE(b_->await_start());
    ASSERT_TRUE(b_->token().empty()) << "there is a token already";
  }
  rpc_client a() const { return a_->client(a_->token()); }
  rpc_client b() const { return b_->client(a_->token()); }

  // Answers so many words, one every two milliseconds.
  std::string let_vendor_speak(int count) {
    std::string whole;
    auto script = testing::vendor_script::stream();
    for (int i = 0; i < count; ++i) {
      auto const word = "word" + std::to_string(i) + ' ';
      script.text(word).pause(2ms);
      whole += word;
    }
    script.finish().done();
    vendor_.otherwise([script](testing::vendor_request const&) { return script; });
    return whole;
  }

  inline static std::unique_ptr<postgres_cluster> cluster_;
  testing::scripted_vendor vendor_;
  cluster_database const database_ = cluster_->new_database();
  std::unique_ptr<server_process> a_, b_;
};

TEST_F(TwoServers, BothStartOnAnEmptyDatabaseAtOnce) {
  for (int round = 0; round < 3; ++round) {
    SCOPED_TRACE(round);
    auto const empty = cluster().new_database();
    server_process first(empty, vendor_.base_url()), second(empty, vendor_.base_url());

    ASSERT_TRUE(first.await_start());
    ASSERT_TRUE(second.await_start());

    std::vector<std::string> tokens;
    for (auto const* one : {&first, &second})
      if (!one->token().empty()) tokens.push_back(one->token());
    ASSERT_FALSE(tokens.empty());
    for (auto const& token : tokens)
      for (auto const* one : {&first, &second}) EXPECT_EQ(one->client(token).call("chat.getAll", {}).status, 200U);
  }
}

TEST_F(TwoServers, ReadAnAnswerOfTheOtherFromAnyEventOn) {
  auto const whole = let_vendor_speak(500);
  start();
  auto const chat = new_chat(a());
  auto on_a = a().open("message.stream", {{"chatId", chat}, {"text", "question"}, {"idempotencyKey", "k"}});
  ASSERT_EQ(on_a.status(), 200U);
  auto const started = on_a.next();
  ASSERT_TRUE(started);
  std::string const answer(started->data.at("messageId").as_string());
  reading half;
  for (int i = 0; i < 50; ++i) half.take(on_a.next().value());

  reading resumed = half, repeated = half, from_start;
  auto by_id = b().open("message.resume", {{"messageId", answer}}, half.last);
  auto by_key =
      b().open("message.stream", {{"chatId", chat}, {"text", "question"}, {"idempotencyKey", "k"}}, half.last);
  auto again = b().open("message.resume", {{"messageId", answer}});
  while (auto const event = by_id.next()) resumed.take(*event);
  while (auto const event = by_key.next()) repeated.take(*event);
  while (auto const event = again.next()) from_start.take(*event);
  while (auto const event = on_a.next()) half.take(*event);

  for (auto const* one : {&half, &resumed, &repeated, &from_start}) {
    EXPECT_EQ(one->text, whole);
    EXPECT_EQ(one->state, "complete");
    EXPECT_EQ(one->last, half.last);
  }
  EXPECT_EQ(messages(b(), chat).size(), 2U);
}

TEST_F(TwoServers, UnderstandIdsAndCursorsOfTheOther) {
  start();
  std::set<std::string> made;
  for (int i = 0; i < 7; ++i) made.insert(new_chat(i % 2 ? a() : b(), "chat " + std::to_string(i)));

  std::set<std::string> listed;
  boost::json::object input{{"limit", 2}};
  for (int page = 0; page < 4; ++page) {
    auto const got = (page % 2 ? b() : a()).call("chat.getAll", input);
    ASSERT_EQ(got.status, 200U);
    for (auto const& one : got.body.at("items").as_array()) listed.insert(id_of(one));
    if (page < 3) input["cursor"] = got.body.at("nextCursor").as_string();
  }

  EXPECT_EQ(listed, made);
  for (auto const& id : made) EXPECT_EQ(b().call("chat.getById", {{"id", id}}).status, 200U);
}

TEST_F(TwoServers, SettleTheTurnOfOneThatWasKilledAndGoOnInItsChat) {
  auto const whole = let_vendor_speak(2'000);
  start();
  auto const chat = new_chat(a());
  boost::json::object const input{{"chatId", chat}, {"text", "question"}, {"idempotencyKey", "k"}};
  auto stream = a().open("message.stream", input);
  auto const started = stream.next();
  ASSERT_TRUE(started);
  reading heard;
  std::string flushed;
  while (flushed.empty()) {
    heard.take(stream.next().value());
    flushed = text_of(messages(b(), chat).front());
  }

  a_->kill();
  auto const killed = clock_type::now();
  auto kept = messages(b(), chat);
  while (kept.front().at("state").as_string() == "streaming" && clock_type::now() - killed < 20s)
    kept = messages(b(), chat);
  auto const took = clock_type::now() - killed;

  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].at("state").as_string(), "incomplete");
  EXPECT_EQ(kept[0].at("reason").as_string(), "server_lost");
  EXPECT_TRUE(text_of(kept[0]).starts_with(flushed));
  EXPECT_TRUE(whole.starts_with(text_of(kept[0])));
  EXPECT_LT(took, within(10s)) << "the lease is one second, and what is lost is looked for twice in a lease";
  std::cout << "settled " << std::chrono::duration<double>(took).count() << " s after the kill\n";

  reading rest = heard;
  auto resumed = b().open("message.resume", {{"messageId", started->data.at("messageId")}, {"after", heard.last}});
  while (auto const event = resumed.next()) {
    EXPECT_TRUE(event->name != "message" || event->id > rest.last);
    rest.take(*event);
  }
  EXPECT_EQ(rest.state, "incomplete");
  EXPECT_EQ(rest.text, text_of(kept[0]));
  reading again;
  auto repeated = b().open("message.stream", input);
  while (auto const event = repeated.next()) again.take(*event);
  EXPECT_EQ(again.state, "incomplete");
  EXPECT_EQ(again.text, text_of(kept[0]));
  auto const short_answer = let_vendor_speak(3);
  auto const next = b().call("message.create", {{"chatId", chat}, {"text", "and then?"}});
  ASSERT_EQ(next.status, 200U);
  EXPECT_EQ(text_of(next.body.at("answer")), short_answer);
  EXPECT_EQ(messages(b(), chat).size(), 4U);
}

TEST_F(TwoServers, DoOnceWhatBothAreAskedWithOneKey) {
  let_vendor_speak(3);
  start();
  for (int round = 0; round < 10; ++round) {
    SCOPED_TRACE(round);
    auto const chat = new_chat(a());
    boost::json::object const input{
        {"chatId", chat}, {"text", "question"}, {"idempotencyKey", "k" + std::to_string(round)}};
    auto const ask = [&](rpc_client client) { return client.call("message.create", input); };

    auto on_a = std::async(std::launch::async, ask, a());
    auto const told_by_b = ask(b());
    auto const told_by_a = on_a.get();

    ASSERT_EQ(told_by_a.status, 200U) << boost::json::serialize(told_by_a.body);
    ASSERT_EQ(told_by_b.status, 200U) << boost::json::serialize(told_by_b.body);
    EXPECT_EQ(told_by_a.body, told_by_b.body);
    EXPECT_EQ(messages(a(), chat).size(), 2U);
  }
}

TEST_F(TwoServers, NeverForkAChatThatBothWriteTo) {
  constexpr int writers = 3, sends = 10;  // on each server
  let_vendor_speak(2);
  start();
  auto const chat = new_chat(a());
  // A turn runs in the chat most of the time: errc::conflict, and the writer asks again.
  auto const write = [&](rpc_client client, std::string const& name) {
    for (int i = 0; i < sends; ++i) {
      auto const key = name + '-' + std::to_string(i);
      unsigned status = 409;
      for (auto const begun = clock_type::now(); status == 409 && clock_type::now() - begun < 30s;)
        status = client.call("message.create", {{"chatId", chat}, {"text", key}, {"idempotencyKey", key}}).status;
      EXPECT_EQ(status, 200U) << key;
    }
  };

  std::vector<std::future<void>> running;
  for (int i = 0; i < writers; ++i) {
    running.push_back(std::async(std::launch::async, write, a(), "a" + std::to_string(i)));
    running.push_back(std::async(std::launch::async, write, b(), "b" + std::to_string(i)));
  }
  for (auto& one : running) one.get();

  auto const path = messages(a(), chat);
  ASSERT_EQ(path.size(), 2U * 2 * writers * sends);
  EXPECT_EQ(messages(b(), chat), path);
  std::set<std::string> questions;
  for (std::size_t i = 0; i < path.size(); ++i) {
    auto const before = i + 1 < path.size() ? path[i + 1].at("id") : boost::json::value();
    auto const* parent = path[i].as_object().if_contains("parentId");
    EXPECT_EQ(parent ? *parent : boost::json::value(), before);
    if (path[i].at("role").as_string() == "user") questions.insert(text_of(path[i]));
  }
  EXPECT_EQ(questions.size(), 2U * writers * sends);
  auto const stored = cluster().as_admin("SELECT count(*) FROM sambung.messages", database_.name);
  EXPECT_EQ(stored[0][0].as<std::size_t>(), path.size()) << "every message is on the one path";
}

TEST_F(TwoServers, AnswerUnavailableWhileTheDatabaseIsAwayAndComeBackByThemselves) {
  let_vendor_speak(3);
  start();
  auto const chat = new_chat(a());
  auto const readiness = [&](server_process const& of) {
    return test::raw_client(of.port()).call("GET", "/readyz").status;
  };
  EXPECT_EQ(readiness(*a_), 200);

  cluster().stop();
  clock_type::duration longest{};
  for (int round = 0; round < 5; ++round)
    for (auto const& client : {a(), b()}) {
      for (auto const* procedure : {"chat.getById", "message.create"}) {
        boost::json::object const input =
            std::string_view(procedure) == "chat.getById"
                ? boost::json::object{{"id", chat}}
                : boost::json::object{{"chatId", chat}, {"text", "lost?"}, {"idempotencyKey", "k"}};
        auto const asked = clock_type::now();
        EXPECT_EQ(rpc_client(client).call(procedure, input).status, 503U) << procedure;
        longest = std::max(longest, clock_type::now() - asked);
      }
    }
  EXPECT_LT(longest, within(1s));
  for (auto const* one : {a_.get(), b_.get()}) {
    EXPECT_EQ(readiness(*one), 503);
    EXPECT_EQ(test::raw_client(one->port()).call("GET", "/healthz").status, 200);
  }
  cluster().start();
  auto const back = clock_type::now();

  for (auto const* one : {a_.get(), b_.get()}) {
    auto client = one->client(a_->token());
    unsigned status = 503;
    while (status == 503 && clock_type::now() - back < within(2s))
      status = client.call("message.create", {{"chatId", chat}, {"text", "lost?"}, {"idempotencyKey", "k"}}).status;
    EXPECT_EQ(status, 200U);
  }
  auto const took = clock_type::now() - back;
  EXPECT_LT(took, within(2s));
  for (auto const* one : {a_.get(), b_.get()}) EXPECT_EQ(readiness(*one), 200);
  EXPECT_EQ(messages(a(), chat).size(), 2U);
  std::cout << "503 after at most " << std::chrono::duration<double, std::milli>(longest).count()
            << " ms; both write again " << std::chrono::duration<double, std::milli>(took).count()
            << " ms after the database was back\n";
}

}  // namespace
}  // namespace sambung::tests::postgres_servers_test
