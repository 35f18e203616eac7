#include "http/server/http_message.hpp"

#include <gtest/gtest.h>

namespace sambung::serving::http_message_test {
namespace {

timestamp at(std::string_view text) { return *parse_iso8601(text); }

TEST(HttpDate, IsWrittenAsHttpWantsIt) {
  EXPECT_EQ(http_date(at("1994-11-06T08:49:37.999Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(at("2026-11-20T05:01:45.000Z")), "Fri, 20 Nov 2026 05:01:45 GMT");
  EXPECT_EQ(http_date(at("2026-11-20T05:01:45.999Z")), "Fri, 20 Nov 2026 05:01:45 GMT");
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

// Says all that a failure has, as the wordiest protocol would.
class wordy final : public error_form {
 public:
  std::string encode(failure const& why, std::string_view request_id) const override {
    std::string text = why.message + std::string(request_id);
    for (auto const& one : why.issues) text += one.path + one.message;
    return text;
  }
  std::string encode(protocol_fault const&, std::string_view message, std::string_view) const override {
    return std::string(message);
  }
};

TEST(ErrorResponse, IsShortHoweverMuchWasWrong) {
  wordy const form;
  std::string const long_name(1'000'000, 'n');
  std::vector<issue> const many(50'000, issue{"field", "unknown field"});

  auto const long_one = error_response(form, failure(errc::invalid_argument, long_name, {{long_name, "no"}}), "id");
  auto const long_list = error_response(form, failure(errc::invalid_argument, "no", many), "id");

  EXPECT_LE(long_one.body.size(), max_fault_bytes);
  EXPECT_LE(long_list.body.size(), max_fault_bytes);
  EXPECT_TRUE(long_one.body.starts_with("nnn"));
  EXPECT_NE(long_list.body.find("fieldunknown field"), std::string::npos);
  EXPECT_TRUE(long_list.body.ends_with(" more")) << long_list.body.substr(long_list.body.size() - 20);
}

TEST(ErrorResponse, CountsWhatIsEscaped) {
  failure const worst(errc::invalid_argument, std::string(1'000, '\x01'),
                      std::vector<issue>(100, issue{std::string(200, '\x01'), "no"}));

  auto const told = shortened(worst);

  std::size_t bytes = 6 * told.message.size();
  for (auto const& one : told.issues) bytes += 6 * one.path.size() + one.message.size();
  EXPECT_LE(bytes, max_fault_bytes);
  EXPECT_GT(told.issues.size(), 1U);
}

TEST(ErrorResponse, TellsAllOfWhatIsShort) {
  failure const usual(errc::invalid_argument, "invalid input", {{"a", "must be text"}, {"b", "unknown field"}});

  EXPECT_EQ(shortened(usual), usual);
}

}  // namespace
}  // namespace sambung::serving::http_message_test
