// What a URL for the transport may look like.
#include "http/client/target.hpp"

#include <gtest/gtest.h>

namespace sambung::http::target_test {
namespace {

TEST(HttpTarget, IsHostPortAndPath) {
  auto const plain = parse_target("http://models.example/v1/x?y=z#part").value();
  EXPECT_EQ(plain.to.text(), "models.example:80");
  EXPECT_FALSE(plain.to.tls);
  EXPECT_EQ(plain.authority, "models.example");
  EXPECT_EQ(plain.path, "/v1/x?y=z");

  auto const tls = parse_target("https://[2606:4700::1111]:8443").value();
  EXPECT_EQ(tls.to.host, "2606:4700::1111");
  EXPECT_EQ(tls.to.port, "8443");
  EXPECT_TRUE(tls.to.tls);
  EXPECT_EQ(tls.authority, "[2606:4700::1111]:8443");
  EXPECT_EQ(tls.path, "/");
}

TEST(HttpTarget, TakesNamesAndPlainAddresses) {
  for (auto const* url :
       {"http://localhost/", "http://LOCALHOST/", "http://a_b.c-d/", "http://example.com./",
        "http://xn--bcher-kva.example/", "http://127.0.0.1/", "http://0.0.0.0/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://1.2.3.a/", "http://1e100.net/", "http://0xcafe.example/"})
    EXPECT_TRUE(parse_target(url)) << url;
}

TEST(HttpTarget, RefusesOtherSpellingsOfAddresses) {
  for (auto const* url : {"http://2130706433/",
                          "http://0x7f000001/",
                          "http://0x7F.1/",
                          "http://017700000001/",
                          "http://0177.0.0.1/",
                          "http://127.1/",
                          "http://127.0.1/",
                          "http://127.0.0.1./",
                          "http://127.0.0.01/",
                          "http://127.0.0.256/",
                          "http://1.2.3.4.5/",
                          "http://0x/",
                          "http://a.0x7f/",
                          "http://a.1/",
                          "http://%31%32%37.0.0.1/",
                          "http://127%2e0.0.1/",
                          "http://loc%61lhost/",
                          "http://[fe80::1%25eth0]/",
                          "http://[fe80::1%eth0]/",
                          "http://[::127.0.0.01]/",
                          "http://[v1.x]/",
                          "http://①②⑦.0.0.1/",
                          "http://127。0。0。1/",
                          "http://bücher.example/",
                          "http://exa mple/",
                          "http://a,b/",
                          "http://./",
                          "http:///v1",
                          "http://"})
    EXPECT_EQ(parse_target(url).error().code, errc::invalid_argument) << url;
}

TEST(HttpTarget, RefusesWhatParsersDisagreeAbout) {
  for (auto const* url : {"http://good.example@127.0.0.1/",
                          "http://127.0.0.1@good.example/",
                          "http://a:b@good.example/",
                          "http://good.example\\@127.0.0.1/",
                          "http://good.example\\.evil/",
                          "http://good.example:80:81/",
                          "http://good.example:65536/",
                          "http://good.example:0/",
                          "http://good.example:99999/",
                          "http://127.0.0.1.good.example/",
                          "http://127.0.0.1good.example/",
                          "http://[::1]good.example/",
                          "http://good.example:http/",
                          "http:good.example/",
                          "http:/good.example/",
                          "//good.example/",
                          "good.example",
                          "ftp://good.example/",
                          "file:///etc/passwd",
                          "gopher://127.0.0.1/",
                          " http://good.example/",
                          "http://good.example/\r\nx: y",
                          "http://good.example/ x",
                          ""})
    EXPECT_EQ(parse_target(url).error().code, errc::invalid_argument) << url;
}

TEST(HttpTarget, SaysNothingOfThePassword) {
  auto const why = parse_target("http://user:canary@good.example/").error();

  EXPECT_EQ(why.message.find("canary"), std::string::npos);
}

}  // namespace
}  // namespace sambung::http::target_test
