#include "http/server/request_head.hpp"

#include "http/server/access_log.hpp"
#include "server/front_door.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sambung::serving::request_head_test {
namespace {

constexpr std::size_t max_fields = 100;

// 200 when the head passes.
int status_of(std::string const& head) {
  auto const parsed = parse_request_head(head, max_fields);
  return parsed ? 200 : parsed.error().status;
}

std::string with(std::string const& lines) { return "POST /rpc/x HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n"; }

TEST(RequestHead, ReadsLineAndFields) {
  std::string const bytes =
      "POST /rpc/x?data=1 HTTP/1.1\r\nhOST:  localhost:80 \r\nContent-Length: 12\r\nEmpty:\r\n\r\n";

  auto const head = parse_request_head(bytes, max_fields);

  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->path(), "/rpc/x");
  EXPECT_EQ(head->query(), "data=1");
  EXPECT_EQ(head->value("host"), "localhost:80");
  EXPECT_EQ(head->value("empty"), "");
  EXPECT_EQ(head->content_length, 12u);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_FALSE(head->chunked);
}

TEST(RequestHead, KeepsAConnectionAsAsked) {
  EXPECT_FALSE(parse_request_head(with("Connection: Close\r\n"), max_fields)->keep_alive);
  EXPECT_FALSE(parse_request_head(with("Connection: keep-alive, close\r\n"), max_fields)->keep_alive);
  EXPECT_FALSE(parse_request_head("GET / HTTP/1.0\r\nHost: a\r\n\r\n", max_fields)->keep_alive);
}

TEST(RequestHead, RefusesWhatTwoParsersCouldReadDifferently) {
  for (auto const* lines : {"Transfer-Encoding: xchunked\r\n",
                            "Transfer-Encoding: chunked, gzip\r\n",
                            "Transfer-Encoding: gzip, chunked\r\n",
                            "Transfer-Encoding: identity\r\n",
                            "Transfer-Encoding:\r\n",
                            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                            "Transfer-Encoding: \x0b"
                            "chunked\r\n",
                            "Transfer-Encoding : chunked\r\n",
                            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                            "Content-Length: 5\r\nContent-Length: 5\r\n",
                            "Content-Length: 5, 5\r\n",
                            "Content-Length: +5\r\n",
                            "Content-Length: -1\r\n",
                            "Content-Length: 0x5\r\n",
                            "Content-Length: 5 5\r\n",
                            "Content-Length:\r\n",
                            "Content-Length: 99999999999999999999\r\n",
                            "Host: b\r\n",
                            "Authorization: a\r\nAuthorization: b\r\n",
                            "Origin: a\r\norigin: b\r\n",
                            "X: a\r\n folded\r\n",
                            "X: a\r\n\tfolded\r\n",
                            "X\r\n",
                            ": x\r\n",
                            "X : a\r\n",
                            "X: a\rb\r\n",
                            "X: a\nY: b\r\n",
                            "X: a\x7f\r\n",
                            "X: a\x01\r\n",
                            "X\x80: a\r\n",
                            "X(: a\r\n"})
    EXPECT_EQ(status_of(with(lines)), 400) << lines;
  EXPECT_EQ(status_of(with(std::string("X: a\0b\r\n", 8))), 400);
}

TEST(RequestHead, RefusesTransferEncodingOnHttp10) {
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestHead, WantsExactlyOneHost) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400);
}

TEST(RequestHead, RefusesOtherRequestLines) {
  for (auto const* line :
       {"GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET / HTTP/2.0", "GET / http/1.1",
        "GET / HTTP/1.10", "GET http://localhost/ HTTP/1.1", "GET * HTTP/1.1", "GET localhost HTTP/1.1",
        "GET /a b HTTP/1.1", "GET /\x01 HTTP/1.1", "GET /\xC3\xA4 HTTP/1.1", "GET /#a HTTP/1.1", "G(T / HTTP/1.1",
        "GET /\\a HTTP/1.1", "\r\nGET / HTTP/1.1", "GET\t/\tHTTP/1.1"})
    EXPECT_EQ(status_of(std::string(line) + "\r\nHost: a\r\n\r\n"), 400) << line;
}

TEST(RequestHead, BoundsTheNumberOfFields) {
  std::string lines;
  for (int i = 0; i < 99; ++i) lines += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(status_of(with(lines)), 200);
  EXPECT_EQ(status_of(with(lines + "One-More: y\r\n")), 400);
}

TEST(RequestHead, KnowsOneExpectation) {
  EXPECT_TRUE(parse_request_head(with("Expect: 100-continue\r\n"), max_fields)->expects_continue);
  EXPECT_EQ(status_of(with("Expect: the-unexpected\r\n")), 417);
}

TEST(RequestHead, FindsItsEndAtEverySplit) {
  std::string const bytes = with("X: y\r\n");
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_EQ(find_head_end(std::string_view(bytes).substr(0, cut), 0), 0u);
    EXPECT_TRUE(may_begin_head(std::string_view(bytes).substr(0, cut), 0)) << cut;
    EXPECT_EQ(find_head_end(bytes, cut), bytes.size());
  }
}

TEST(RequestHead, IsGivenUpAtTheFirstBareLineFeed) {
  EXPECT_FALSE(may_begin_head("GET / HTTP/1.1\nHost: a\n\n", 0));
  EXPECT_FALSE(may_begin_head("\r\n", 0));
  EXPECT_FALSE(may_begin_head("\x16\x03\x01", 0));
}

TEST(Host, IsLoopbackOrListed) {
  std::vector<std::string> const allowed{"chat.example.com", "other.example.com:8443"};
  for (auto const* host : {"localhost", "LOCALHOST:1", "127.0.0.1:8787", "[::1]", "[::1]:80", "chat.example.com",
                           "chat.example.com:9", "other.example.com:8443"})
    EXPECT_TRUE(is_allowed_host(host, allowed)) << host;
  for (auto const* host : {"evil.example", "localhost.evil.example", "chat.example.com.evil", "other.example.com",
                           "other.example.com:8444", "127.0.0.1.evil", "[::2]", "xlocalhost", "localhost:80@evil", ""})
    EXPECT_FALSE(is_allowed_host(host, allowed)) << host;
}

TEST(BearerToken, IsExactlyOneToken) {
  EXPECT_EQ(bearer_token("Bearer smb_x"), "smb_x");
  EXPECT_EQ(bearer_token("bearer smb_x"), "smb_x");
  for (auto const* value : {"", "Bearer", "Bearer ", "Basic smb_x", "smb_x", "Bearer a b", "Bearer a,b", "Bearer  a"})
    EXPECT_THROW(bearer_token(value), error) << value;
}

TEST(AccessLog, IsOneLineWhateverTheClientSends) {
  access_record record;
  record.request_id = "r";
  record.method = "GET";
  record.path = "/a\r\n{\"forged\":1}\x1b[31m";
  std::string const agent(1'000'000, 'x');
  record.user_agent = agent;

  auto const line = encode(record);

  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(line.find('\x1b'), line.npos);
  EXPECT_LT(line.size(), 2'000u);
}

}  // namespace
}  // namespace sambung::serving::request_head_test
