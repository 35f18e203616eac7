// kill -9 of the reference server in the middle of an answer: what was acknowledged is there after a restart.
#include "support/child_process.hpp"
#include "support/programs.hpp"
#include "support/rpc_client.hpp"
#include "temporary_folder.hpp"

#include <sambung/testing/scripted_vendor.hpp>

#include <gtest/gtest.h>

namespace sambung::server_kill_test {
namespace {

using namespace std::chrono_literals;
using tests::child_process;
using tests::rpc_client;

// The reference server on one database, started as often as a test likes.
class served_database {
 public:
  explicit served_database(std::string vendor_url) : vendor_url_(std::move(vendor_url)) {}

  void start() {
    process_ = std::make_unique<child_process>(
        tests::reference_server_program(),
        std::map<std::string, std::string>{{"SAMBUNG_DATABASE_URL", "sqlite:" + (folder_.path() / "chat.db").string()},
                                           {"SAMBUNG_PORT", "0"},
                                           {"SAMBUNG_RATE_LIMITS", "off"},
                                           {"OPENAI_API_KEY", "test-key"},
                                           {"OPENAI_BASE_URL", vendor_url_}});
    if (token_.empty()) token_ = process_->after("API token, shown this once: ");
    port_ = static_cast<unsigned short>(std::stoi(process_->after("Sambung listens on http://127.0.0.1:")));
  }
  void kill() { process_->end(SIGKILL); }
  int stop() { return process_->end(SIGTERM); }

  rpc_client client() const { return rpc_client(port_, token_); }

 private:
  testing::temporary_folder folder_;
  std::string vendor_url_;
  std::string token_;
  std::unique_ptr<child_process> process_;
  unsigned short port_ = 0;
};

std::string text_of(boost::json::value const& message) {
  std::string text;
  for (auto const& part : message.at("parts").as_array())
    if (part.at("type").as_string() == "text") text += std::string(part.at("text").as_string());
  return text;
}

boost::json::array messages(rpc_client client, std::string const& chat) {
  return client.call("message.list", {{"chatId", chat}}).body.at("items").as_array();
}

std::string new_chat(rpc_client client) {
  auto const made = client.call("chat.create", {{"title", "T"}, {"model", "openai/m"}});
  EXPECT_EQ(made.status, 200U) << boost::json::serialize(made.body);
  return std::string(made.body.at("id").as_string());
}

std::vector<std::string> words(int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back("word" + std::to_string(i) + " ");
  return all;
}

testing::vendor_script slow_answer(std::vector<std::string> const& deltas) {
  auto script = testing::vendor_script::stream();
  for (auto const& delta : deltas) script.text(delta).pause(2ms);
  return script.finish().done();
}

TEST(KilledServer, KeepsTheQuestionAndTheFlushedTextAtTwentyMoments) {
  auto const deltas = words(400);
  std::string whole;
  for (auto const& delta : deltas) whole += delta;
  testing::scripted_vendor vendor;
  vendor.otherwise([&](testing::vendor_request const&) { return slow_answer(deltas); });
  served_database served(vendor.base_url());
  served.start();

  for (int moment = 0; moment < 20; ++moment) {
    SCOPED_TRACE(moment);
    auto const chat = new_chat(served.client());
    boost::json::object const input{
        {"chatId", chat}, {"text", "question"}, {"idempotencyKey", "k" + std::to_string(moment)}};
    auto stream = served.client().open("message.stream", input);
    ASSERT_EQ(stream.status(), 200U);
    std::string answer;
    std::int64_t last = 0;
    for (int seen = 0; seen <= moment * 18; ++seen) {
      auto const event = stream.next();
      ASSERT_TRUE(event);
      last = event->id;
      if (auto const* id = event->data.as_object().if_contains("messageId")) answer = std::string(id->as_string());
    }
    std::string flushed;
    if (moment % 2) flushed = text_of(messages(served.client(), chat).front());

    served.kill();
    served.start();

    auto const kept = messages(served.client(), chat);
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(text_of(kept[1]), "question");
    EXPECT_EQ(kept[0].at("state").as_string(), "incomplete");
    EXPECT_EQ(kept[0].at("reason").as_string(), "server_lost");
    EXPECT_TRUE(whole.starts_with(text_of(kept[0])));
    EXPECT_TRUE(text_of(kept[0]).starts_with(flushed));

    auto rest = served.client().open("message.resume", {{"messageId", answer}, {"after", last}});
    std::string told;
    while (auto const event = rest.next()) {
      if (event->name != "message") continue;
      EXPECT_GT(event->id, last);
      last = event->id;
      told = std::string(event->data.at("type").as_string());
    }
    EXPECT_EQ(told, "finished");

    auto again = served.client().open("message.stream", input);
    auto const first = again.next();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->data.at("messageId").as_string(), answer);
    while (again.next()) {
    }
    EXPECT_EQ(messages(served.client(), chat).size(), 2U);
  }
  EXPECT_EQ(served.stop(), 0);
}

TEST(KilledServer, SettlesASendThatWasNeverAnsweredByItsKey) {
  testing::scripted_vendor vendor;
  served_database served(vendor.base_url());
  served.start();
  auto const chat = new_chat(served.client());
  boost::json::object const input{{"chatId", chat}, {"text", "question"}, {"idempotencyKey", "k"}};
  {
    auto ignored = served.client().open("message.stream", input);
  }

  served.kill();
  served.start();
  auto again = served.client().open("message.stream", input);
  while (again.next()) {
  }

  auto const kept = messages(served.client(), chat);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_NE(kept[0].at("state").as_string(), "streaming");
}

TEST(StoppedServer, ParksItsTurnsAndExitsCleanly) {
  testing::scripted_vendor vendor;
  vendor.otherwise([](testing::vendor_request const& asked) {
    bool const for_models = asked.target.ends_with("/models");  // which a server asks when it starts
    return for_models ? testing::vendor_script::response(200, R"({"data":[]})")
                      : testing::vendor_script::stream().text("kept").stall();
  });
  served_database served(vendor.base_url());
  served.start();
  auto const chat = new_chat(served.client());
  auto stream = served.client().open("message.stream", {{"chatId", chat}, {"text", "question"}});
  for (auto event = stream.next(); event && event->data.at("type").as_string() != "text"; event = stream.next()) {
  }

  EXPECT_EQ(served.stop(), 0);
  served.start();

  auto const kept = messages(served.client(), chat);
  EXPECT_EQ(kept[0].at("state").as_string(), "incomplete");
  EXPECT_EQ(kept[0].at("reason").as_string(), "shutdown");
  EXPECT_EQ(text_of(kept[0]), "kept");
}

}  // namespace
}  // namespace sambung::server_kill_test
