// BR01, BR02, BR04: what a web page elsewhere can make a browser send, and what a browser may do with what it gets.
#include "attack.hpp"

#include <gtest/gtest.h>

namespace sambung::security_tests::browser_test {
namespace {

std::string cookie_alone(citizen const& of) {
  auto const& both = of.headers.at(credential::session_cookie);
  return both.substr(0, both.find("\r\n") + 2);
}

TEST(BR01, ACrossSitePostWithTheCookieHasNoEffectOnAnyProcedure) {
  world w;
  raw_client client(w.served.port());
  auto const& victim = w.citizens.front();
  auto const cookie = cookie_alone(victim);

  for (auto const& [name, which] : w.served.server.procedures().all()) {
    if (which.needs == permission::none) continue;
    auto const input = own_input(which, victim);
    for (auto const* origin :
         {"", "Origin: null\r\n", "Origin: https://evil.example\r\n", "Origin: http://localhost.evil.example\r\n",
          "Origin: http://localhost:1\r\n", "Origin: https://localhost\r\n"}) {
      auto const response = call(client, which, way::slashes, input, cookie + origin);
      EXPECT_EQ(response.status, 403) << name << ' ' << origin;
    }
  }
}

TEST(BR01, FormsAndPlainTextAreNotRead) {
  world w;
  raw_client client(w.served.port());
  auto const& victim = w.citizens.front();
  auto const headers = victim.headers.at(credential::session_cookie);
  std::string const body = R"({"json":{"title":"t","model":"test/scripted"}})";

  for (auto const* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""}) {
    std::string head = "POST /rpc/chat/create HTTP/1.1\r\nHost: localhost\r\n" + headers;
    if (*type) head += std::string("Content-Type: ") + type + "\r\n";
    raw_client one(w.served.port());
    one.send(head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    EXPECT_EQ(one.read_response().status, 415) << type;
  }
}

TEST(BR02, OnlyExactOriginsAndHostsAreServed) {
  server_options options;
  options.allowed_origins = {"https://good.example"};
  options.allowed_hosts = {"api.good.example"};
  world w(std::move(options));
  auto const& victim = w.citizens.front();
  auto const cookie = cookie_alone(victim);
  raw_client client(w.served.port());

  for (auto const* origin : {"null", "https://good.evil", "https://good.example.evil", "https://good.example:444",
                             "http://good.example", "https://GOOD.example", "https://xgood.example"}) {
    auto const response = client.call("POST", "/rpc/chat/getAll", "{}", cookie + "Origin: " + origin + "\r\n");
    EXPECT_EQ(response.status, 403) << origin;
    EXPECT_FALSE(response.headers.contains("access-control-allow-origin")) << origin;
    EXPECT_EQ(response.headers.at("vary"), "Origin");
  }
  auto const good = client.call("POST", "/rpc/chat/getAll", "{}", cookie + "Origin: https://good.example\r\n");
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.headers.at("access-control-allow-origin"), "https://good.example");
  for (auto const* host :
       {"evil.example", "api.good.example.evil", "127.0.0.1.evil.example", "localhost.evil.example"}) {
    raw_client one(w.served.port());
    one.send(std::string("POST /rpc/chat/getAll HTTP/1.1\r\nHost: ") + host + "\r\n" +
             victim.headers.at(credential::api_token) +
             "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    EXPECT_EQ(one.read_response().status, 421) << host;
  }
}

TEST(BR04, WhateverATextHoldsItLeavesAsInertJson) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();
  auto const& headers = owner.headers.at(credential::session_token);

  for (std::string const text :
       {"<script>alert(1)</script>", "<svg onload=alert(1)>", "javascript:alert(1)", "</title><img src=x>"}) {
    auto const body =
        boost::json::serialize(boost::json::object({{"json", {{"title", text}, {"model", "test/scripted"}}}}));
    for (auto const& response : {client.call("POST", "/rpc/chat/create", body, headers),
                                 client.call("POST", "/rpc/chat/getAll", "{}", headers)}) {
      EXPECT_EQ(response.status, 200);
      EXPECT_EQ(response.headers.at("content-type"), "application/json");
      EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff");
      EXPECT_NE(response.headers.at("content-security-policy").find("default-src 'none'"), std::string::npos);
      EXPECT_NE(response.body.find(boost::json::serialize(boost::json::value(text))), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace sambung::security_tests::browser_test
