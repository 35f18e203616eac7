// OP01, OP02: what is for operators, asked for by others; names in metrics that clients have invented.
#include "support/measured.hpp"
#include "support/served_engine.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>

namespace sambung::security_tests::operators_test {
namespace {

using test::measured_series;
using test::raw_client;
using test::served_engine;

constexpr std::array paths{"/metrics", "/healthz", "/readyz", "/admin/status", "/admin/drain", "/admin/log-level"};
constexpr char const* operators_token = "kZq3vT9xW1bN7mR5cY2hJ8dL4fG6sP0a";

std::string_view method_of(std::string_view path) {
  return path == "/admin/drain" || path == "/admin/log-level" ? "POST" : "GET";
}

// Every answer to what an outsider asks of the door, by these headers: "Host: evil.example\r\n".
std::vector<int> statuses(std::uint16_t door, std::string const& headers) {
  std::vector<int> all;
  for (std::string const path : paths) {
    raw_client client(door);
    client.send(std::string(method_of(path)) + ' ' + path + " HTTP/1.1\r\n" + headers + "Content-Length: 0\r\n\r\n");
    all.push_back(client.read_response().status);
  }
  return all;
}

std::vector<int> each(int status) { return std::vector<int>(paths.size(), status); }

server_options that_end(std::atomic<int>& drained) {
  server_options options;
  options.drain = [&] { ++drained; };
  options.set_log_level = [&](std::string_view) -> result<void> { return ++drained, result<void>(); };
  return options;
}

TEST(OP01, APageInTheBrowserOfSomebodyOnTheMachineIsRefused) {
  std::atomic<int> drained = 0;
  served_engine served(that_end(drained));
  auto const door = served.server.listen_admin("127.0.0.1:0");
  std::string const local = "Host: 127.0.0.1:" + std::to_string(door) + "\r\n";

  EXPECT_EQ(statuses(door, "Host: evil.example\r\n"), each(403));
  EXPECT_EQ(statuses(door, "Host: 127.0.0.1.evil.example\r\n"), each(403));
  EXPECT_EQ(statuses(door, local + "Origin: https://evil.example\r\n"), each(403));
  EXPECT_EQ(statuses(door, local + "Origin: null\r\n"), each(403));
  EXPECT_EQ(statuses(door, local + "Sec-Fetch-Site: cross-site\r\n"), each(403));
  EXPECT_EQ(statuses(door, local + "Sec-Fetch-Site: same-site\r\n"), each(403));
  EXPECT_EQ(drained, 0);
}

TEST(OP01, AUsersTokenIsNoOperators) {
  std::atomic<int> drained = 0;
  auto options = that_end(drained);
  options.admin_token = secret_string(operators_token);
  served_engine served(std::move(options));
  auto const door = served.server.listen_admin("127.0.0.1:0");
  std::string const host = "Host: localhost\r\n";

  EXPECT_EQ(statuses(door, host), each(401));
  EXPECT_EQ(statuses(door, host + served.authorization), each(401));
  EXPECT_EQ(statuses(door, host + "Cookie: " + std::string(operators_token) + "\r\n"), each(401));
  EXPECT_EQ(statuses(door, host + "Authorization: Bearer \r\n"), each(401));
  EXPECT_EQ(statuses(door, host + "Authorization: Bearer " + operators_token + "a\r\n"), each(401));
  EXPECT_EQ(statuses(door, host + "Authorization: Basic " + operators_token + "\r\n"), each(401));
  EXPECT_EQ(drained, 0);
  raw_client client(door);
  auto const token = "Authorization: Bearer " + std::string(operators_token) + "\r\n";
  EXPECT_EQ(client.call("GET", "/metrics", {}, token).status, 200);
}

TEST(OP01, ThePublicPortKnowsNothingOfIt) {
  std::atomic<int> drained = 0;
  auto options = that_end(drained);
  options.admin_token = secret_string(operators_token);
  served_engine served(std::move(options));

  for (auto const& token : {served.authorization, "Authorization: Bearer " + std::string(operators_token) + "\r\n"})
    for (std::string const path : {"/metrics", "/admin/status", "/admin/drain", "/admin/log-level", "/rpc/admin/drain"})
      EXPECT_EQ(raw_client(served.port()).call(method_of(path), path, {}, token).status, 404) << path;
  EXPECT_EQ(drained, 0);
}

TEST(OP01, WhatIsMalformedOrLargeIsRefused) {
  served_engine served;
  auto const door = served.server.listen_admin("127.0.0.1:0");
  auto const status = [&](std::string const& request) {
    raw_client client(door);
    client.try_send(request);
    return client.read_response().status;
  };

  EXPECT_EQ(status("GET /metrics HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status("GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"), 400);
  EXPECT_EQ(status("GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(9'000, 'a') + "\r\n\r\n"), 431);
  EXPECT_EQ(status(raw_client::request("POST", "/admin/log-level", std::string(5'000, ' '))), 413);
}

TEST(OP02, InventedPathsMethodsAndModelsMakeNoNewSeries) {
  served_engine served;
  auto const ask = [&](std::string_view method, std::string_view path, std::string_view body = {}) {
    raw_client(served.port()).call(method, path, body, served.authorization);
  };
  auto const invent = [&](int i) {
    auto const name = "invented-" + std::to_string(i);
    ask("GET", '/' + name);
    ask("POST", "/rpc/" + name + "/get", "{}");
    ask("X" + std::to_string(i), "/healthz");
    ask("GET", "/v1/models/" + name);
    ask("POST", "/v1/chat/completions",
        R"({"model":"test/)" + name + R"(","messages":[{"role":"user","content":"hi"}]})");
  };
  for (int i = 0; i < 3; ++i) invent(i);
  auto const before = measured_series(*served.measured);

  for (int i = 3; i < 2'000; ++i) invent(i);

  EXPECT_LE(measured_series(*served.measured), before + 5);
  EXPECT_EQ(prometheus_text(*served.measured).find("invented"), std::string::npos);
}

}  // namespace
}  // namespace sambung::security_tests::operators_test
