#include "server/request_span.hpp"

#include "server/slow_requests.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <algorithm>

namespace sambung::serving::request_span_test {
namespace {

constexpr std::string_view caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class kept_spans final : public span_exporter {
 public:
  void add(ended_span span) noexcept override { all.push_back(std::move(span)); }
  std::vector<ended_span> all;
};

struct traced {
  std::shared_ptr<kept_spans> spans = std::make_shared<kept_spans>();
  tracer by{spans};
};

request_head head_of(std::string_view method, std::vector<header_field> fields = {}) {
  request_head head;
  head.method = method;
  head.target = "/canary/path?canary";
  head.fields = std::move(fields);
  return head;
}

std::string told_of(ended_span const& span) {
  std::string text = span.name + '|' + span.error;
  for (auto const& [name, value] : span.attributes) {
    text += '|' + name + '=';
    if (auto const* words = std::get_if<std::string>(&value)) text += *words;
    if (auto const* number = std::get_if<std::int64_t>(&value)) text += std::to_string(*number);
  }
  return text;
}

TEST(RequestSpan, IsAServersAndTellsTheRouteAlone) {
  traced here;

  request_span span(&here.by, head_of("POST"), "/rpc/message/stream", "r-1");
  span.answered(http_response(200));

  ASSERT_EQ(here.spans->all.size(), 1U);
  auto const& seen = here.spans->all[0];
  EXPECT_EQ(seen.kind, span_kind::server);
  EXPECT_FALSE(seen.parent);
  EXPECT_EQ(told_of(seen),
            "POST /rpc/message/stream||http.request.method=POST|http.route=/rpc/message/stream|"
            "sambung.request_id=r-1|http.response.status_code=200");
  EXPECT_EQ(span.call()->request_id, "r-1");
  EXPECT_EQ(span.call()->span, seen.where);
  EXPECT_EQ(span.trace_id(), trace_id_text(seen.where));
}

TEST(RequestSpan, HasNoRouteWhereNoneIsAndNoMethodThatNobodyKnows) {
  traced here;

  request_span span(&here.by, head_of("CANARY"), "none", "r-1");
  span.answered(http_response(404));

  EXPECT_EQ(told_of(here.spans->all.at(0)),
            "HTTP||http.request.method=_OTHER|sambung.request_id=r-1|http.response.status_code=404");
}

TEST(RequestSpan, IsAPartOfItsCallersTrace) {
  traced here;

  request_span span(&here.by, head_of("GET", {{"Traceparent", caller}}), "/healthz", "r-1");
  span.answered(http_response(200));

  EXPECT_EQ(here.spans->all.at(0).parent, parse_traceparent(caller));
  EXPECT_EQ(span.trace_id(), "0af7651916cd43dd8448eb211c80319c");
}

TEST(RequestSpan, TakesNoCallersWordThatIsNoneOrCameTwice) {
  traced here;

  request_span const bad(&here.by, head_of("GET", {{"traceparent", "00-canary"}}), "/healthz", "r-1");
  request_span const twice(&here.by, head_of("GET", {{"traceparent", caller}, {"traceparent", caller}}), "/healthz",
                           "r-1");

  EXPECT_NE(bad.call()->span->trace_id, parse_traceparent(caller)->trace_id);
  EXPECT_NE(twice.call()->span->trace_id, parse_traceparent(caller)->trace_id);
}

TEST(RequestSpan, FailsForWhatTheServerDidWrongAndForAStreamThatBrokeOff) {
  traced here;
  http_response missing(404);
  missing.fault = "not_found";
  http_response broken(500);
  broken.fault = "internal";
  http_response cut(200);
  cut.fault = "unavailable";
  http_response const full(503);

  for (http_response const* response : std::initializer_list<http_response const*>{&missing, &broken, &cut, &full}) {
    request_span span(&here.by, head_of("GET"), "/readyz", "r-1");
    span.answered(*response);
  }

  std::vector<std::string> errors;
  for (auto const& span : here.spans->all) errors.push_back(span.error);
  EXPECT_EQ(errors, (std::vector<std::string>{"", "internal", "unavailable", "503"}));
}

TEST(RequestSpan, KnowsItsCallersTraceWithoutATracer) {
  request_span const in_trace(nullptr, head_of("GET", {{"traceparent", caller}}), "/healthz", "r-1");
  request_span const alone(nullptr, head_of("GET"), "/healthz", "r-2");

  EXPECT_EQ(in_trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(alone.trace_id(), "");
  EXPECT_EQ(alone.call()->request_id, "r-2");
  EXPECT_EQ(request_span().call(), nullptr);
}

access_record record_at(timestamp time, std::chrono::milliseconds took) {
  access_record record;
  record.time = time;
  record.request_id = "r-1";
  record.trace_id = "0af7651916cd43dd8448eb211c80319c";
  record.route = "/rpc/chat/create";
  record.path = "/rpc/chat/create?canary";
  record.user_agent = "canary";
  record.status = 200;
  record.took = took;
  return record;
}

TEST(SlowRequests, HaveALineThatTellsWhichAndHowLong) {
  slow_requests slow(std::chrono::milliseconds(100));
  slow_requests off(std::chrono::milliseconds(0));
  auto const now = parse_iso8601("2026-01-01T00:00:00Z").value();

  EXPECT_EQ(slow.lines_of(record_at(now, std::chrono::milliseconds(99))), "");
  EXPECT_EQ(off.lines_of(record_at(now, std::chrono::hours(1))), "");
  EXPECT_EQ(slow.lines_of(record_at(now, std::chrono::milliseconds(100))),
            R"({"time":"2026-01-01T00:00:00.000Z","level":"warn","event":"slow_request","requestId":"r-1",)"
            R"("traceId":"0af7651916cd43dd8448eb211c80319c","route":"/rpc/chat/create","status":200,)"
            R"("microseconds":100000})"
            "\n");
}

TEST(SlowRequests, AreNoMoreThanTenASecondAndThenACount) {
  slow_requests slow(std::chrono::milliseconds(1));
  auto const now = parse_iso8601("2026-01-01T00:00:00Z").value();
  auto const took = std::chrono::milliseconds(2);

  std::string all;
  for (int i = 0; i < 13; ++i) all += slow.lines_of(record_at(now, took));
  auto const later = slow.lines_of(record_at(now + std::chrono::seconds(1), took));

  EXPECT_EQ(std::ranges::count(all, '\n'), 10);
  EXPECT_TRUE(later.starts_with(R"({"time":"2026-01-01T00:00:01.000Z","level":"warn","event":"slow_requests_left_out",)"
                                R"("message":"3"})"))
      << later;
  EXPECT_EQ(slow.left_out(now + std::chrono::seconds(3)), "");
}

TEST(AccessLog, BeginsWithWhatEveryLineHas) {
  auto record = record_at(parse_iso8601("2026-01-01T00:00:00Z").value(), std::chrono::milliseconds(2));
  record.level = log_level::error;
  record.method = "GET";
  record.path = "/x";

  auto const line = encode(record);

  EXPECT_TRUE(line.starts_with(R"({"time":"2026-01-01T00:00:00.000Z","level":"error","event":"request",)"
                               R"("requestId":"r-1","traceId":"0af7651916cd43dd8448eb211c80319c",)"
                               R"("route":"/rpc/chat/create","remote":"","method":"GET","path":"/x","status":200,)"))
      << line;
  EXPECT_NO_THROW(boost::json::parse(line));
}

}  // namespace
}  // namespace sambung::serving::request_span_test
