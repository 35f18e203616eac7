#include "http/client/proxy.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sambung::http::proxy_test {
namespace {

destination to(std::string host, bool tls) {
  destination made;
  made.host = std::move(host);
  made.port = "443";
  made.tls = tls;
  return made;
}

proxies with(std::string http, std::string https, std::string bypass = {}) {
  proxy_options options;
  options.http = std::move(http);
  options.https = std::move(https);
  options.bypass = std::move(bypass);
  return proxies::make(options).value();
}

auto from(std::map<std::string, std::string> variables) {
  return [variables](std::string const& name) -> std::optional<std::string> {
    auto const found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(Proxy, IsHostPortAndCredentials) {
  auto const full = parse_proxy("http://user:p%40ss@proxy.example:3128/").value();
  EXPECT_EQ(full.at.text(), "proxy.example:3128");
  EXPECT_EQ(full.authorization.view(), "Basic dXNlcjpwQHNz");

  auto const bare = parse_proxy("proxy.example").value();
  EXPECT_EQ(bare.at.text(), "proxy.example:1080");
  EXPECT_TRUE(bare.authorization.empty());
  EXPECT_EQ(parse_proxy("[::1]:3128").value().at.host, "::1");
  EXPECT_EQ(parse_proxy("me:secret@10.0.0.1:8080").value().at.text(), "10.0.0.1:8080");
}

TEST(Proxy, IsRefusedWithoutRepeatingIt) {
  for (auto const* url :
       {"https://u:canary@proxy.example", "socks5://u:canary@proxy.example", "http://u:canary@", "http://u:canary@a b",
        "http://u:canary@proxy.example:0", "http://u:canary@proxy.example:99999", "http://u:canary@proxy.example/x",
        "http://u:canary@proxy.example?x", "http://u:canary@0x7f.1", "http://u:canary@%31.example"}) {
    auto const parsed = parse_proxy(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().code, errc::invalid_argument);
    EXPECT_EQ(parsed.error().message.find("canary"), std::string::npos) << url;
  }
}

TEST(Proxy, IsChosenByTheScheme) {
  auto const both = with("http://plain.example", "http://tls.example");
  EXPECT_EQ(both.on_the_way(to("a", false))->at.host, "plain.example");
  EXPECT_EQ(both.on_the_way(to("a", true))->at.host, "tls.example");
  EXPECT_EQ(with("http://plain.example", "").on_the_way(to("a", true)), nullptr);
  EXPECT_EQ(proxies().on_the_way(to("a", true)), nullptr);
}

TEST(Proxy, NamesTheOptionsThatAreWrong) {
  proxy_options options;
  options.http = "socks4://x";
  options.https = "x y";
  auto const made = proxies::make(options);

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().issues.at(0).path, "http");
  EXPECT_EQ(made.error().issues.at(1).path, "https");
}

TEST(ProxyBypass, TakesNamesAndEverythingBelow) {
  bypass_list const list("example.com, .internal\tLOCALHOST,trailing.example.");
  for (auto const* host : {"example.com", "EXAMPLE.com", "a.b.example.com", "example.com.", "internal", "a.internal",
                           "localhost", "a.localhost", "trailing.example"})
    EXPECT_TRUE(list.has(host)) << host;
  for (auto const* host : {"notexample.com", "example.com.evil", "com", "ainternal", "", "."})
    EXPECT_FALSE(list.has(host)) << host;
}

TEST(ProxyBypass, TakesAddressesAndNetworks) {
  bypass_list const list("192.0.2.7,10.1.2.3/8,2001:db8::/32,[::1]");
  for (auto const* host : {"192.0.2.7", "10.0.0.1", "10.255.0.1", "2001:db8:1::1", "::1", "::ffff:10.0.0.1"})
    EXPECT_TRUE(list.has(host)) << host;
  for (auto const* host : {"192.0.2.8", "11.0.0.1", "2001:db9::1", "::2", "7.192.0.2.7", "a.192.0.2.7"})
    EXPECT_FALSE(list.has(host)) << host;
}

TEST(ProxyBypass, AStarIsEveryHostAndJunkIsNone) {
  EXPECT_TRUE(bypass_list(" * ").has("anything"));
  EXPECT_TRUE(bypass_list("a,*").has("1.2.3.4"));
  for (auto const* junk :
       {"", ",", " ,, ", "*.example.com", "10.0.0.0/33", "10.0.0.0/", "/8", "host:443", "[", ".", "[]"})
    for (auto const* host : {"example.com", "10.0.0.1", "host", ""})
      EXPECT_FALSE(bypass_list(junk).has(host)) << junk << ' ' << host;
}

TEST(ProxyEnvironment, IsReadAsCurlDoes) {
  auto const found = proxies_from(from({{"https_proxy", "http://small:1"},
                                        {"HTTPS_PROXY", "http://CAPITAL:1"},
                                        {"ALL_PROXY", "http://all:1"},
                                        {"NO_PROXY", "example.com"}}));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->https, "http://small:1");
  EXPECT_EQ(found->http, "http://all:1");
  EXPECT_TRUE(bypass_list(found->bypass).has("a.example.com"));
  EXPECT_FALSE(bypass_list(found->bypass).has("a.example.org"));
}

TEST(ProxyEnvironment, NeverComesBetweenThisMachineAndItself) {
  for (auto const* no_proxy : {"", "example.com", "*"}) {
    auto const found = proxies_from(from({{"ALL_PROXY", "http://all:1"}, {"no_proxy", no_proxy}})).value();
    for (auto const* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1"})
      EXPECT_TRUE(bypass_list(found.bypass).has(host)) << host;
  }
}

TEST(ProxyEnvironment, DoesNotBelieveTheClientsOfACgiProgram) {
  std::map<std::string, std::string> variables{{"HTTP_PROXY", "http://evil:1"}};
  EXPECT_EQ(proxies_from(from(variables))->http, "http://evil:1");

  variables.emplace("REQUEST_METHOD", "GET");
  EXPECT_EQ(proxies_from(from(variables))->http, "");
  variables.emplace("http_proxy", "http://good:1");
  EXPECT_EQ(proxies_from(from(variables))->http, "http://good:1");
}

TEST(ProxyEnvironment, NamesEachVariableThatIsWrongOnce) {
  auto const found = proxies_from(from({{"ALL_PROXY", "socks5://u:canary@x"}, {"http_proxy", "http://"}}));

  ASSERT_FALSE(found);
  ASSERT_EQ(found.error().issues.size(), 2u);
  EXPECT_EQ(found.error().issues[0].path, "ALL_PROXY");
  EXPECT_EQ(found.error().issues[1].path, "http_proxy");
  EXPECT_EQ(proxies_from(from({{"ALL_PROXY", "socks5://x"}})).error().issues.size(), 1u);
}

}  // namespace
}  // namespace sambung::http::proxy_test
