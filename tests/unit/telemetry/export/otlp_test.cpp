#include <sambung/telemetry/export/otlp.hpp>

#include "telemetry/export/otlp_json.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>

#include <deque>

namespace sambung::otlp_test {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct scripted_answer {
  int status = 200;  // 0: no connection; -1: none ever
  std::string body = "{}";
  http_headers headers;
};

class said final : public http_body {
 public:
  explicit said(std::string text) : text_(std::move(text)) {}
  task<result<std::string_view>> read(std::chrono::steady_clock::time_point) override {
    now_ = std::exchange(text_, {});
    co_return std::string_view(now_);
  }

 private:
  std::string text_;
  std::string now_;
};

// A collector without a socket. What has no script is taken.
class collector final : public transport {
 public:
  task<result<http_response>> send(http_request request) override {
    requests.push_back(std::move(request));
    scripted_answer answer;
    if (!script.empty()) {
      answer = script.front();
      script.pop_front();
    }
    if (answer.status < 0) {
      asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
      co_await never.async_wait(asio::use_awaitable);
    }
    if (answer.status == 0) co_return failure(errc::unavailable, "cannot connect");
    http_response response;
    response.status = answer.status;
    response.headers = answer.headers;
    response.body = std::make_unique<said>(answer.body);
    co_return response;
  }

  std::size_t spans_in(std::size_t request) const {
    auto const body = boost::json::parse(requests.at(request).body);
    return body.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").as_array().size();
  }

  std::deque<scripted_answer> script;
  std::vector<http_request> requests;
};

ended_span sample(std::string name = "a") {
  ended_span out;
  out.where.trace_id.fill(0xAB);
  out.where.span_id.fill(0xCD);
  out.where.sampled = true;
  out.name = std::move(name);
  out.started_ns = 1'767'225'600'000'000'001;
  out.ended_ns = 1'767'225'600'000'000'002;
  return out;
}

struct exporting {
  explicit exporting(std::function<void(otlp_options&)> const& change = {}) {
    otlp_options options;
    options.clock = clock;
    options.gave_up = [this](failure const& why, std::size_t count) {
      told.push_back(why.message + ": " + std::to_string(count));
    };
    if (change) change(options);
    spans = std::make_shared<otlp_exporter>(io.get_executor(), over, std::move(options));
  }

  // Until nothing goes on without the clock.
  void settle() {
    io.restart();
    io.poll();
  }
  void pass(milliseconds time) {
    clock->advance(time);
    settle();
  }
  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) spans->add(sample());
    settle();
  }
  void shut_down(milliseconds within) {
    asio::co_spawn(io, spans->shutdown(within), asio::detached);
    io.restart();
    io.run();
  }

  std::shared_ptr<testing::manual_clock> clock = std::make_shared<testing::manual_clock>();
  std::shared_ptr<collector> over = std::make_shared<collector>();
  asio::io_context io;
  std::vector<std::string> told;
  std::shared_ptr<otlp_exporter> spans;
};

TEST(OtlpJson, IsWhatACollectorReads) {
  auto span = sample("read \"messages\"\xFF");
  span.kind = span_kind::client;
  span.parent = span.where;
  span.parent->span_id.fill(1);
  span.links.push_back(span.where);
  span.attributes = {{"text", std::string("a\nb")}, {"number", std::int64_t(-7)}, {"share", 0.25}, {"truth", true}};
  span.error = "unavailable";
  otlp::json_batch batch(otlp_options().resource);
  batch.add(span);
  batch.add(sample());

  auto const body = boost::json::parse(std::move(batch).finish());

  EXPECT_EQ(body, boost::json::parse(R"({"resourceSpans":[{
    "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"sambung"}}]},
    "scopeSpans":[{"scope":{"name":"sambung"},"spans":[
      {"traceId":"abababababababababababababababab","spanId":"cdcdcdcdcdcdcdcd","parentSpanId":"0101010101010101",
       "flags":1,"name":"read \"messages\"\uFFFD","kind":3,
       "startTimeUnixNano":"1767225600000000001","endTimeUnixNano":"1767225600000000002",
       "attributes":[{"key":"text","value":{"stringValue":"a\nb"}},{"key":"number","value":{"intValue":"-7"}},
                     {"key":"share","value":{"doubleValue":0.25}},{"key":"truth","value":{"boolValue":true}},
                     {"key":"error.type","value":{"stringValue":"unavailable"}}],
       "links":[{"traceId":"abababababababababababababababab","spanId":"cdcdcdcdcdcdcdcd"}],"status":{"code":2}},
      {"traceId":"abababababababababababababababab","spanId":"cdcdcdcdcdcdcdcd","flags":1,"name":"a","kind":1,
       "startTimeUnixNano":"1767225600000000001","endTimeUnixNano":"1767225600000000002","attributes":[]}]}]}]})"));
}

TEST(OtlpJson, ReadsHowManyWereRejected) {
  EXPECT_EQ(otlp::rejected_spans(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}})"), 3U);
  EXPECT_EQ(otlp::rejected_spans(R"({"partialSuccess":{"rejectedSpans":3}})"), 3U);
  for (std::string_view const none : {"", "{}", "[", R"({"partialSuccess":{"rejectedSpans":-1}})",
                                      R"({"partialSuccess":{"rejectedSpans":"many"}})", R"({"partialSuccess":3})"})
    EXPECT_EQ(otlp::rejected_spans(none), 0U) << none;
}

TEST(OtlpExporter, SendsAFullBatchAtOnceAndTheRestAfterAWhile) {
  exporting here([](otlp_options& options) {
    options.max_batch_spans = 10;
    options.headers = {{"x-key", "k"}};
    options.endpoint = "http://collector/v1/traces";
  });

  here.add(14);
  ASSERT_EQ(here.over->requests.size(), 1U);
  EXPECT_EQ(here.over->spans_in(0), 10U);
  here.pass(milliseconds(4'999));
  EXPECT_EQ(here.over->requests.size(), 1U);
  here.pass(milliseconds(1));

  ASSERT_EQ(here.over->requests.size(), 2U);
  EXPECT_EQ(here.over->spans_in(1), 4U);
  auto const& request = here.over->requests[1];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "http://collector/v1/traces");
  EXPECT_EQ(request.headers, (http_headers{{"x-key", "k"}, {"Content-Type", "application/json"}}));
  EXPECT_EQ(here.spans->dropped(), 0U);
}

TEST(OtlpExporter, LeavesNothingOnItsExecutorWhileNothingWaits) {
  exporting here;
  here.add(1);
  EXPECT_FALSE(here.io.stopped());

  here.pass(seconds(5));

  EXPECT_TRUE(here.io.stopped());
  here.add(1);
  here.pass(seconds(5));
  EXPECT_EQ(here.over->requests.size(), 2U);
}

TEST(OtlpExporter, DropsAndCountsWhatThereIsNoRoomFor) {
  exporting few([](otlp_options& options) {
    options.max_queued_spans = 4;
    options.max_batch_spans = 4;
  });
  exporting small([](otlp_options& options) { options.max_queued_bytes = 2 * sample().size(); });

  for (int i = 0; i < 10; ++i) {
    few.spans->add(sample());
    small.spans->add(sample());
  }

  EXPECT_EQ(few.spans->dropped(), 6U);
  EXPECT_EQ(small.spans->dropped(), 8U);
}

TEST(OtlpExporter, TriesAgainWhenTheCollectorSaysSoAndGivesUpInTheEnd) {
  exporting here;
  here.over->script.assign(1, scripted_answer{503, "", {{"Retry-After", "7"}}});

  here.add(1);
  here.pass(seconds(5));
  here.pass(milliseconds(6'999));
  EXPECT_EQ(here.over->requests.size(), 1U);
  here.pass(milliseconds(1));
  EXPECT_EQ(here.over->requests.size(), 2U);
  EXPECT_EQ(here.spans->dropped(), 0U);

  here.over->requests.clear();
  here.over->script.assign(5, scripted_answer{0, "", {}});
  here.add(2);
  here.pass(seconds(5));
  for (int i = 0; i < 5; ++i) here.pass(seconds(30));

  EXPECT_EQ(here.over->requests.size(), 5U);
  EXPECT_EQ(here.spans->dropped(), 2U);
  EXPECT_EQ(here.told, std::vector<std::string>{"cannot connect: 2"});
}

TEST(OtlpExporter, WaitsNoLongerThanIsSensibleForACollector) {
  exporting here;
  here.over->script.assign(1, scripted_answer{429, "", {{"retry-after", "86400"}}});

  here.add(1);
  here.pass(seconds(5));
  here.pass(seconds(30));

  EXPECT_EQ(here.over->requests.size(), 2U);
}

TEST(OtlpExporter, DoesNotRepeatWhatWasRefused) {
  exporting here;
  here.over->script.push_back({400, "{}", {}});
  here.over->script.push_back({200, R"({"partialSuccess":{"rejectedSpans":"1"}})", {}});

  here.add(3);
  here.pass(seconds(5));
  EXPECT_EQ(here.spans->dropped(), 3U);
  EXPECT_EQ(here.told, std::vector<std::string>{"the collector answered 400: 3"});
  here.add(3);
  here.pass(seconds(5));

  EXPECT_EQ(here.over->requests.size(), 2U);
  EXPECT_EQ(here.spans->dropped(), 4U);
}

TEST(OtlpExporter, SendsWhatWaitsWhenItIsShutDownAndDropsWhatComesLater) {
  exporting here;
  here.add(3);

  here.shut_down(seconds(60));
  here.add(1);

  ASSERT_EQ(here.over->requests.size(), 1U);
  EXPECT_EQ(here.over->spans_in(0), 3U);
  EXPECT_EQ(here.spans->dropped(), 1U);
}

TEST(OtlpExporter, ShutsDownWithoutACollectorThatIsAway) {
  exporting here;
  here.over->script.assign(100, scripted_answer{503, "", {}});
  here.add(3);

  here.shut_down(seconds(60));

  EXPECT_EQ(here.over->requests.size(), 1U);
  EXPECT_EQ(here.spans->dropped(), 3U);
}

TEST(OtlpExporter, ShutsDownInTimeBesideACollectorThatSaysNothing) {
  exporting here;
  here.over->script.push_back({-1, "", {}});
  here.add(3);
  here.pass(seconds(5));
  here.add(2);

  here.shut_down(milliseconds(1));

  EXPECT_EQ(here.over->requests.size(), 1U);
  EXPECT_EQ(here.spans->dropped(), 5U);
}

TEST(OtlpExporter, GoesWithItsExecutorOrBeforeIt) {
  {
    exporting here;
    here.spans->add(sample());
    here.spans.reset();
    here.settle();
    EXPECT_EQ(here.over->requests.size(), 1U);
  }
  exporting unrun;
  unrun.spans->add(sample());
}

TEST(OtlpExporter, RefusesWhatCannotWork) {
  asio::io_context io;
  otlp_options none;
  none.max_batch_spans = 0;

  EXPECT_THROW(otlp_exporter(io.get_executor(), nullptr), error);
  EXPECT_THROW(otlp_exporter(io.get_executor(), std::make_shared<collector>(), none), error);
}

}  // namespace
}  // namespace sambung::otlp_test
