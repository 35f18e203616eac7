#include "http/server/http_message.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace sambung::serving::http_message_test {
namespace {

timestamp at(std::string_view text) { return *parse_iso8601(text); }

TEST(HttpDate, IsWrittenAsHttpWantsIt) {
  http_date date;

  EXPECT_EQ(date.at(at("1994-11-06T08:49:37.999Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(at("2026-11-20T05:01:45.000Z")), "Fri, 20 Nov 2026 05:01:45 GMT");
}

TEST(ResponseHead, SaysHowTheBodyIsFramed) {
  head_facts facts;
  facts.date = "D";
  facts.request_id = "r";
  std::string sized;
  std::string empty;

  append_head(sized, http_response(200, "{}"), facts);
  facts.keep_alive = false;
  append_head(empty, http_response(204), facts);

  EXPECT_EQ(sized.substr(0, 17), "HTTP/1.1 200 OK\r\n");
  EXPECT_NE(sized.find("\r\nContent-Length: 2\r\n"), sized.npos);
  EXPECT_EQ(sized.find("Connection:"), sized.npos);
  EXPECT_TRUE(sized.ends_with("\r\n\r\n"));
  EXPECT_EQ(empty.find("\r\nContent-Length:"), empty.npos);
  EXPECT_EQ(empty.find("\r\nContent-Type:"), empty.npos);
  EXPECT_NE(empty.find("\r\nConnection: close\r\n"), empty.npos);
}

TEST(ErrorResponse, TakesItsStatusAndHeadersFromTheErrc) {
  failure why(errc::rate_limited, "slow down");
  why.retry_after = std::chrono::milliseconds(1'001);

  auto const response = error_response(carrier::openai, why, "r");

  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers, "Retry-After: 2\r\nretry-after-ms: 1001\r\n");
  EXPECT_EQ(response.fault, "rate_limited");
  EXPECT_EQ(error_response(carrier::auth, why, "r").headers, response.headers + "X-Retry-After: 2\r\n");
}

TEST(ErrorResponse, HasTheFormOfItsCarrier) {
  for (auto const& row : errc_table()) {
    failure why(row.code, "m");
    why.sensitive = "canary";
    auto const rpc = error_response(carrier::rpc, why, "r");
    auto const openai = error_response(carrier::openai, why, "r");
    EXPECT_TRUE(boost::json::parse(rpc.body).as_object().contains("json"));
    auto const auth = error_response(carrier::auth, why, "r");
    EXPECT_TRUE(boost::json::parse(openai.body).as_object().contains("error"));
    EXPECT_TRUE(boost::json::parse(auth.body).as_object().contains("code"));
    EXPECT_EQ(rpc.status, openai.status);
    EXPECT_EQ(rpc.status, auth.status);
    EXPECT_EQ((rpc.body + openai.body + auth.body).find("canary"), std::string::npos);
  }
}

TEST(ProtocolError, HasTheFormOfItsCarrier) {
  EXPECT_EQ(
      protocol_error(carrier::rpc, 415, "m", "r").body,
      R"({"json":{"defined":true,"code":"UNSUPPORTED_MEDIA_TYPE","status":415,"message":"m","data":{"requestId":"r"}}})");
  EXPECT_EQ(boost::json::parse(protocol_error(carrier::openai, 405, "m", "r").body).at("error").at("code"),
            "method_not_allowed");
}

TEST(Carrier, IsToldByThePath) {
  EXPECT_EQ(carrier_of("/v1/models"), carrier::openai);
  EXPECT_EQ(carrier_of("/v1"), carrier::openai);
  EXPECT_EQ(carrier_of("/v10/models"), carrier::rpc);
  EXPECT_EQ(carrier_of("/api/auth/ok"), carrier::auth);
  EXPECT_EQ(carrier_of("/api/authority"), carrier::rpc);
  EXPECT_EQ(carrier_of("/rpc/x"), carrier::rpc);
}

}  // namespace
}  // namespace sambung::serving::http_message_test
