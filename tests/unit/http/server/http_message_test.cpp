#include "http/server/http_message.hpp"

#include <gtest/gtest.h>

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

// An error form that shows what it was given.
class plain_form final : public error_form {
 public:
  std::string encode(failure const& why, std::string_view request_id) const override {
    return why.message + '/' + std::string(request_id);
  }
  std::string encode(protocol_fault const& fault, std::string_view message, std::string_view) const override {
    return std::string(fault.code) + '/' + std::string(message);
  }
  std::string_view retry_header() const override { return "X-Again"; }
};

TEST(ErrorResponse, TakesItsStatusAndHeadersFromTheErrc) {
  failure why(errc::rate_limited, "slow down");
  why.retry_after = std::chrono::milliseconds(1'001);

  auto const response = error_response(plain_form(), why, "r");

  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers, "Retry-After: 2\r\nretry-after-ms: 1001\r\nX-Again: 2\r\n");
  EXPECT_EQ(response.fault, "rate_limited");
  EXPECT_EQ(response.body, "slow down/r");
}

TEST(ErrorResponse, SaysWhenRepeatingCannotHelp) {
  EXPECT_EQ(error_response(plain_form(), failure(errc::conflict, "m"), "r").headers, "x-should-retry: false\r\n");
  EXPECT_EQ(error_response(plain_form(), failure(errc::unavailable, "m"), "r").headers, "");
  EXPECT_TRUE(is_permanent(errc::conflict));
  EXPECT_TRUE(is_permanent(errc::quota_exceeded));
  EXPECT_FALSE(is_permanent(errc::rate_limited));
  EXPECT_FALSE(is_permanent(errc::unavailable));
}

TEST(ProtocolError, HasARowForEachStatus) {
  auto const response = protocol_error(plain_form(), 413, "m", "r");

  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.fault, "payload_too_large");
  EXPECT_EQ(response.body, "PAYLOAD_TOO_LARGE/m");
}

}  // namespace
}  // namespace sambung::serving::http_message_test
