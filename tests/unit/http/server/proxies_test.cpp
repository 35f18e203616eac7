#include "http/server/proxies.hpp"

#include <gtest/gtest.h>

namespace sambung::serving::proxies_test {
namespace {

std::string const start = "GET / HTTP/1.1\r\nHost: localhost\r\n";

trusted_proxies trusting(std::vector<std::string> const& networks) { return trusted_proxies::make(networks).value(); }

boost::asio::ip::address address(std::string const& text) { return boost::asio::ip::make_address(text); }

// Who asks when `peer` connects and sends `lines`.
std::string client(trusted_proxies const& proxies, std::string const& peer, std::string const& lines) {
  auto const bytes = start + lines + "\r\n";
  auto const head = parse_request_head(bytes, 100);
  return proxies.client_of({address(peer), false}, *head).address.to_string();
}

bool https(trusted_proxies const& proxies, connection_peer const& peer, std::string const& lines) {
  auto const bytes = start + lines + "\r\n";
  auto const head = parse_request_head(bytes, 100);
  return proxies.client_of(peer, *head).https;
}

TEST(TrustedProxies, AreNobodyByThemselves) {
  EXPECT_EQ(client(trusted_proxies(), "127.0.0.1", "X-Forwarded-For: 203.0.113.9\r\n"), "127.0.0.1");
  EXPECT_FALSE(https(trusted_proxies(), {address("127.0.0.1"), false}, "X-Forwarded-Proto: https\r\n"));
  EXPECT_TRUE(https(trusted_proxies(), {address("127.0.0.1"), true}, "X-Forwarded-Proto: http\r\n"));
}

TEST(TrustedProxies, GiveTheRightmostAddressThatIsNoProxy) {
  auto const proxies = trusting({"10.0.0.0/8", "192.0.2.7", "2001:db8::/32"});

  EXPECT_EQ(client(proxies, "10.1.2.3", "X-Forwarded-For: 203.0.113.9\r\n"), "203.0.113.9");
  EXPECT_EQ(client(proxies, "10.1.2.3", "X-Forwarded-For: 1.1.1.1, 203.0.113.9\r\n"), "203.0.113.9");
  EXPECT_EQ(client(proxies, "10.1.2.3", "X-Forwarded-For: 203.0.113.9, 192.0.2.7 ,10.9.9.9\r\n"), "203.0.113.9");
  EXPECT_EQ(client(proxies, "10.1.2.3", "X-Forwarded-For: 203.0.113.9\r\nx-forwarded-for: 10.9.9.9\r\n"),
            "203.0.113.9");
  EXPECT_EQ(client(proxies, "2001:db8::1", "X-Forwarded-For: 2001:db9::5\r\n"), "2001:db9::5");
  EXPECT_EQ(client(proxies, "::ffff:10.1.2.3", "X-Forwarded-For: ::ffff:203.0.113.9\r\n"), "203.0.113.9");
  EXPECT_EQ(client(proxies, "10.1.2.3", "X-Forwarded-For: 10.9.9.9\r\n"), "10.9.9.9");
  EXPECT_EQ(client(proxies, "10.1.2.3", ""), "10.1.2.3");
}

TEST(TrustedProxies, IgnoreWhatOthersSend) {
  auto const proxies = trusting({"10.0.0.0/8"});

  EXPECT_EQ(client(proxies, "203.0.113.5", "X-Forwarded-For: 10.1.1.1\r\n"), "203.0.113.5");
  EXPECT_EQ(client(proxies, "11.0.0.1", "X-Forwarded-For: 1.1.1.1\r\n"), "11.0.0.1");
  EXPECT_FALSE(https(proxies, {address("203.0.113.5"), false}, "X-Forwarded-Proto: https\r\n"));
}

TEST(TrustedProxies, StopAtWhatIsNoAddress) {
  auto const proxies = trusting({"10.0.0.0/8"});

  for (auto const* junk : {"unknown", "", "203.0.113.9:80", "[2001:db8::1]", "fe80::1%eth0", "1.2.3", "1.2.3.04",
                           "\"1.1.1.1\"", "0x7f.1", "1.1.1.1 2.2.2.2"}) {
    EXPECT_EQ(client(proxies, "10.0.0.1", std::string("X-Forwarded-For: 8.8.8.8, ") + junk + "\r\n"), "10.0.0.1")
        << junk;
    EXPECT_EQ(client(proxies, "10.0.0.1", std::string("X-Forwarded-For: 8.8.8.8, ") + junk + ", 10.0.0.2\r\n"),
              "10.0.0.2")
        << junk;
  }
}

TEST(TrustedProxies, SayWhetherTheClientUsesHttps) {
  auto const proxies = trusting({"10.0.0.0/8"});
  connection_peer const proxy{address("10.0.0.1"), false};

  EXPECT_TRUE(https(proxies, proxy, "X-Forwarded-Proto: https\r\n"));
  EXPECT_TRUE(https(proxies, proxy, "X-Forwarded-Proto: http, HTTPS\r\n"));
  EXPECT_FALSE(https(proxies, proxy, "X-Forwarded-Proto: https, http\r\n"));
  EXPECT_FALSE(https(proxies, proxy, "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n"));
  EXPECT_FALSE(https(proxies, proxy, "X-Forwarded-Proto: httpss\r\n"));
  EXPECT_FALSE(https(proxies, proxy, ""));
}

TEST(TrustedProxies, WalkABoundedNumberOfHops) {
  std::string hops = "X-Forwarded-For: 8.8.8.8";
  for (int i = 0; i < 100; ++i) hops += ",10.0.0." + std::to_string(i + 1);

  EXPECT_EQ(client(trusting({"10.0.0.0/8"}), "10.0.0.1", hops + "\r\n"), "10.0.0.69");
}

TEST(TrustedProxies, AreRefusedUnlessTheyAreNetworks) {
  for (auto const* text : {"", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8",
                           "2001:db8::/129", "2001:db8::1/32", "proxy.example", "10.0.0.0/8 ", "fe80::1%lo/64"})
    EXPECT_FALSE(trusted_proxies::make({text})) << text;
  for (auto const* text : {"0.0.0.0/0", "::/0", "10.0.0.0/8", "127.0.0.1", "127.0.0.1/32", "::1", "::1/128"})
    EXPECT_TRUE(trusted_proxies::make({text})) << text;
}

TEST(TrustedProxies, DoNotTakeANetworkOfOneFamilyForOneOfTheOther) {
  EXPECT_FALSE(trusting({"0.0.0.0/0"}).contains(address("2001:db8::1")));
  EXPECT_TRUE(trusting({"0.0.0.0/0"}).contains(address("::ffff:1.2.3.4")));
  for (auto const* all : {"::/0", "0:0:0:0:0:0:0:0/0", "::/1", "::/80"}) {
    EXPECT_TRUE(trusting({all}).contains(address("::1"))) << all;
    EXPECT_FALSE(trusting({all}).contains(address("1.2.3.4"))) << all;
    EXPECT_FALSE(trusting({all}).contains(address("::ffff:1.2.3.4"))) << all;
  }
}

TEST(RateName, TellsSubscribersApart) {
  EXPECT_EQ(rate_name(address("203.0.113.9")), "203.0.113.9");
  EXPECT_EQ(rate_name(address("::ffff:203.0.113.9")), "203.0.113.9");
  EXPECT_EQ(rate_name(address("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::/64");
  EXPECT_EQ(rate_name(address("2001:db8:1:2::1")), "2001:db8:1:2::/64");
}

}  // namespace
}  // namespace sambung::serving::proxies_test
