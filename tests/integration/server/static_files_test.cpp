// A page's files over real sockets: what is given, how, and what never is.
#include "support/eventually.hpp"
#include "support/served_engine.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>

namespace sambung::static_files_test {
namespace {

using test::raw_client;
using test::served_engine;

constexpr std::array<static_file, 2> files{static_file("index.html", "<!doctype html><title>page</title>"),
                                           static_file("assets/app-1a2b.js", "let answer = 42", "gzipped", "b")};

server_options with_page() {
  static_options page;
  page.pages = {"/", "/search", "/c/*", "/admin/*"};
  server_options options;
  options.static_files = static_files::table(files, page).value();
  return options;
}

// What every answer that is no page looks like.
void expect_json(test::raw_response const& response, int status, std::string const& what) {
  EXPECT_EQ(response.status, status) << what;
  EXPECT_EQ(response.headers.at("content-type"), "application/json") << what;
  EXPECT_EQ(response.headers.at("cache-control"), "no-store") << what;
  EXPECT_NE(response.headers.at("content-security-policy").find("default-src 'none'; frame-ancestors 'none'"),
            std::string::npos);
  EXPECT_EQ(response.body.find("<title>"), std::string::npos) << what;
}

TEST(Page, IsGivenToAnybodyWithItsOwnHeaders) {
  served_engine served(with_page());
  raw_client client(served.port());

  auto const page = client.call("GET", "/c/0192e4a0-7b2c-7def-8123-456789abcdef?x=1");

  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, files[0].content);
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.headers.at("cache-control"), "no-cache");
  EXPECT_EQ(page.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(page.headers.at("cross-origin-opener-policy"), "same-origin");
  auto const policy = page.headers.at("content-security-policy");
  for (auto const* part : {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"})
    EXPECT_NE(policy.find(part), policy.npos) << part;
  EXPECT_EQ(policy.find("unsafe"), policy.npos);
}

TEST(Page, IsKeptAndAskedAboutByItsTag) {
  served_engine served(with_page());
  raw_client client(served.port());
  auto const first = client.call("GET", "/assets/app-1a2b.js", "", "Accept-Encoding: br, gzip\r\n");
  ASSERT_EQ(first.body, "b");
  EXPECT_EQ(first.headers.at("content-encoding"), "br");
  EXPECT_EQ(first.headers.at("cache-control"), "public, max-age=31536000, immutable");

  client.send(raw_client::request("GET", "/assets/app-1a2b.js", "",
                                  "Accept-Encoding: br\r\nIf-None-Match: " + first.headers.at("etag") + "\r\n"));
  auto const again = client.read_head();

  EXPECT_EQ(again.status, 304);
  EXPECT_FALSE(again.headers.contains("content-length"));
  EXPECT_EQ(again.headers.at("etag"), first.headers.at("etag"));
  EXPECT_EQ(client.call("GET", "/healthz").status, 200);
}

TEST(Page, IsTakenWholeAndOnlyRead) {
  served_engine served(with_page());
  raw_client client(served.port());

  auto const ranged = client.call("GET", "/", "", "Range: bytes=0-3\r\nIf-Range: \"x\"\r\n");
  EXPECT_EQ(ranged.status, 200);
  EXPECT_EQ(ranged.body, files[0].content);
  EXPECT_FALSE(ranged.headers.contains("content-range"));
  client.send(raw_client::request("HEAD", "/search"));
  auto const head = client.read_head();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), std::to_string(files[0].content.size()));
  for (auto const* method : {"POST", "PUT", "DELETE"}) {
    auto const refused = client.call(method, "/");
    expect_json(refused, 405, method);
    EXPECT_EQ(refused.headers.at("allow"), "GET, HEAD");
  }
}

TEST(Page, IsNeverTheAnswerToAnotherPath) {
  served_engine served(with_page());
  raw_client client(served.port());

  for (std::string const path : {"/nothing",
                                 "/rpc",
                                 "/rpc/nothing",
                                 "/rpc/chat/nothing",
                                 "/api",
                                 "/api/auth/nothing",
                                 "/api/nothing",
                                 "/v1",
                                 "/v1/nothing",
                                 "/streams/turns/x",
                                 "/admin",
                                 "/admin/x/y",
                                 "/metrics/x",
                                 "/index.html/",
                                 "/search/",
                                 "/Search",
                                 "/c",
                                 "/c/",
                                 "/c//x",
                                 "/c/../search",
                                 "/c/..",
                                 "/c/.",
                                 "/c/%2e%2e",
                                 "/c/x%2fy",
                                 "/c/x%5cy",
                                 "/c/x;y",
                                 "/%63/x",
                                 "/assets",
                                 "/assets/",
                                 "/assets/app-1a2b.js.gz",
                                 "/assets/../index.html",
                                 "/assets/..%2findex.html",
                                 "/assets%2fapp-1a2b.js",
                                 "//index.html",
                                 "/./index.html",
                                 "/.index.html",
                                 "/.well-known/x",
                                 "/.git/config",
                                 "/index.html%00",
                                 "/index%2ehtml"})
    expect_json(client.call("GET", path, "", served.authorization), 404, path);
}

TEST(Page, KeepsToHostsAndOriginsLikeEverything) {
  served_engine served(with_page());
  raw_client client(served.port());

  expect_json(client.call("GET", "/", "", "Origin: https://evil.example\r\n"), 403, "origin");
  raw_client other(served.port());
  other.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  expect_json(other.read_response(), 421, "host");
}

TEST(Page, IsLimitedByAddressAndMeasuredAsOneRoute) {
  request_rates rates = no_rates();
  rates.address = rate_limit{0.001, 4};
  served_engine served(with_page(), rates);
  raw_client client(served.port());
  for (auto const* path : {"/", "/search", "/c/1", "/assets/app-1a2b.js"})
    EXPECT_EQ(client.call("GET", path).status, 200);

  EXPECT_EQ(client.call("GET", "/").status, 429);

  auto const measured = prometheus_text(*served.measured);
  EXPECT_NE(measured.find("http_route=\"page\""), measured.npos);
  EXPECT_EQ(measured.find("app-1a2b"), measured.npos);
}

TEST(Page, OfAFolderIsReadAgain) {
  testing::temporary_folder const folder;
  auto const index = folder.path() / "index.html";
  std::ofstream(index) << "first";
  server_options options;
  options.static_files = static_files::folder(folder.path().string()).value();
  served_engine served(options);
  raw_client client(served.port());
  ASSERT_EQ(client.call("GET", "/").body, "first");

  std::ofstream(index) << "the second one";

  EXPECT_TRUE(test::eventually([&] { return client.call("GET", "/").body == "the second one"; }));
}

TEST(OpenApiPage, DescribesTheServersProceduresToAnybody) {
  served_engine served;
  served.server.procedures().call<nothing, nothing>("own.thing", permission::none, "Does nothing.",
                                                    [](nothing in) -> task<nothing> { co_return in; });
  raw_client client(served.port());

  auto const described = client.call("GET", "/openapi.json");

  EXPECT_EQ(described.status, 200);
  EXPECT_EQ(described.headers.at("content-type"), "application/json");
  EXPECT_EQ(described.headers.at("cache-control"), "no-cache");
  auto const document = boost::json::parse(described.body);
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  EXPECT_EQ(document.at("paths").as_object().size(), served.server.procedures().all().size());
  EXPECT_TRUE(document.at("paths").as_object().contains("/rpc/own/thing"));
  client.send(
      raw_client::request("GET", "/openapi.json", "", "If-None-Match: " + described.headers.at("etag") + "\r\n"));
  EXPECT_EQ(client.read_head().status, 304);
  expect_json(client.call("POST", "/openapi.json"), 405, "POST");
}

TEST(Page, IsNotThereUnlessItIsGiven) {
  served_engine served;
  raw_client client(served.port());

  for (auto const* path : {"/", "/index.html", "/c/1"}) expect_json(client.call("GET", path), 404, path);
}

}  // namespace
}  // namespace sambung::static_files_test
