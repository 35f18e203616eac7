#include <sambung/telemetry/tracer.hpp>

#include "support/raw_client.hpp"
#include "support/socket_client.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/server/server.hpp>
#include <sambung/server/setup/bootstrap.hpp>

#include <gtest/gtest.h>
#include <boost/asio/thread_pool.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <mutex>

namespace sambung::request_trace_test {
namespace {

using test::raw_client;

class kept_spans final : public span_exporter {
 public:
  void add(ended_span span) noexcept override {
    std::lock_guard const lock(mutex_);
    all_.push_back(std::move(span));
  }
  // The first one of that name.
  std::optional<ended_span> find(std::string_view name) {
    std::lock_guard const lock(mutex_);
    auto const found = std::ranges::find(all_, name, &ended_span::name);
    return found == all_.end() ? std::nullopt : std::optional(*found);
  }
  bool has_part_of(trace_context const& parent) {
    std::lock_guard const lock(mutex_);
    return std::ranges::any_of(all_, [&](ended_span const& one) { return one.parent == parent; });
  }

 private:
  std::mutex mutex_;
  std::vector<ended_span> all_;
};

// A traced engine behind a server that logs.
class traced_server {
 public:
  explicit traced_server(server_options options = server_options())
      : engine_(pool_.get_executor(), traced(spans)),
        server_(engine_, pool_.get_executor(), logged(std::move(options))) {
    sync_wait(engine_.start());
    token = sync_wait(bootstrap(engine_))->secret;
    port = server_.listen("127.0.0.1", 0);
  }
  ~traced_server() { stop(); }

  void stop() {
    if (std::exchange(stopped_, true)) return;
    sync_wait(server_.shutdown(std::chrono::milliseconds(0)));
    pool_.stop();
    pool_.join();
  }

  test::raw_response call(std::string const& procedure, std::string const& json, std::string const& more_headers = {}) {
    raw_client client(port);
    return client.call("POST", "/rpc/" + procedure + "?canary", R"({"json":)" + json + "}",
                       "Authorization: Bearer " + token + "\r\nUser-Agent: canary\r\n" + more_headers);
  }

  // Once it has stopped: the lines of that event.
  std::vector<boost::json::object> lines_of(std::string_view event) {
    std::vector<boost::json::object> found;
    for (std::size_t begin = 0, end; (end = log.find('\n', begin)) != log.npos; begin = end + 1) {
      auto line = boost::json::parse(log.substr(begin, end - begin)).as_object();
      if (line.at("event").as_string() == event) found.push_back(std::move(line));
    }
    return found;
  }

  std::shared_ptr<kept_spans> spans = std::make_shared<kept_spans>();
  std::string token;
  std::string log;
  std::uint16_t port = 0;

 private:
  static engine_options traced(std::shared_ptr<kept_spans> to) {
    engine_options options;
    options.auth.password_cost = 8;
    options.tracer = std::make_shared<tracer>(std::move(to));
    return options;
  }
  server_options logged(server_options options) {
    options.access_log = [this](std::string_view lines) { log += lines; };
    return options;
  }

  boost::asio::thread_pool pool_{2};
  engine engine_;
  server server_;
  bool stopped_ = false;
};

TEST(RequestTrace, JoinsTheCallersTraceAndIsNamedInTheLogAndInNothingElse) {
  traced_server here;

  auto const answered =
      here.call("chat/getAll", "{}", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
  here.stop();

  EXPECT_EQ(answered.status, 200);
  auto const span = here.spans->find("POST /rpc/chat/getAll");
  ASSERT_TRUE(span);
  EXPECT_EQ(to_traceparent(*span->parent), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  EXPECT_EQ(trace_id_text(span->where), "0af7651916cd43dd8448eb211c80319c");
  for (auto const& [name, value] : span->attributes) {
    auto const* text = std::get_if<std::string>(&value);
    EXPECT_TRUE(!text || text->find("canary") == text->npos) << name;
  }
  auto const lines = here.lines_of("request");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("traceId"), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(lines[0].at("route"), "/rpc/chat/getAll");
  EXPECT_EQ(lines[0].at("level"), "info");
  EXPECT_EQ(lines[0].at("requestId").as_string(), answered.headers.at("x-request-id"));
}

TEST(RequestTrace, IsThatOfEachCallOverAWebSocket) {
  traced_server here;
  {
    test::socket_client client(here.port, "Authorization: Bearer " + here.token + "\r\n");
    auto const answer = client.ask("1", "/chat/getAll", "{}",
                                   R"(,"h":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})");
    EXPECT_EQ(client.status_of(answer), 200);
  }
  here.stop();

  auto const span = here.spans->find("POST /rpc/chat/getAll");
  ASSERT_TRUE(span);
  EXPECT_EQ(trace_id_text(span->where), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_TRUE(
      std::ranges::count(span->attributes, "http.response.status_code", &std::pair<std::string, span_value>::first));
  EXPECT_TRUE(here.spans->has_part_of(span->where));  // what the storage did
}

TEST(RequestTrace, LeavesOutLinesBelowTheThresholdAsItChanges) {
  auto const threshold = std::make_shared<log_threshold>(log_level::info);
  server_options options;
  options.threshold = threshold;
  traced_server here(std::move(options));
  raw_client client(here.port);
  auto const ask = [&](std::string const& what) {
    client.call("POST", "/rpc/" + what, R"({"json":{}})", "Authorization: Bearer " + here.token + "\r\n");
  };

  ask("tag/getAll");
  ask("folder/getAll");  // begins when the line before it has been written
  threshold->set(log_level::warn);
  ask("chat/getAll");
  here.stop();

  auto const lines = here.lines_of("request");
  auto const told_of = [&](std::string_view route) {
    return std::ranges::any_of(lines, [&](auto const& line) { return line.at("route").as_string() == route; });
  };
  EXPECT_TRUE(told_of("/rpc/tag/getAll"));
  EXPECT_FALSE(told_of("/rpc/chat/getAll"));
}

TEST(RequestTrace, HasALineOfItsOwnForARequestThatTookLong) {
  server_options options;
  options.slow_request = std::chrono::milliseconds(1);
  traced_server here(std::move(options));

  // Hashing a password takes longer than that.
  here.call("auth/signIn", R"({"email":"a@example.com","password":"correct horse battery"})");
  here.stop();

  auto const lines = here.lines_of("slow_request");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("route"), "/rpc/auth/signIn");
  EXPECT_GE(lines[0].at("microseconds").as_int64(), 1'000);
  EXPECT_EQ(here.log.find("horse"), here.log.npos);
}

}  // namespace
}  // namespace sambung::request_trace_test
