#include "http/server/cookie.hpp"

#include <gtest/gtest.h>

namespace sambung::serving::cookie_test {
namespace {

constexpr std::string_view name = "better-auth.session_token";

TEST(Cookie, IsFoundByItsExactName) {
  EXPECT_EQ(find_cookie("better-auth.session_token=abc", name), "abc");
  EXPECT_EQ(find_cookie("theme=dark; better-auth.session_token=abc; x=y", name), "abc");
  EXPECT_EQ(find_cookie("a=1;better-auth.session_token=abc", name), "abc");
  EXPECT_EQ(find_cookie("Better-Auth.session_token=abc", name), std::nullopt);
  EXPECT_EQ(find_cookie("xbetter-auth.session_token=abc", name), std::nullopt);
  EXPECT_EQ(find_cookie("better-auth.session_tokens=abc", name), std::nullopt);
  EXPECT_EQ(find_cookie("x=better-auth.session_token=abc", name), std::nullopt);
  EXPECT_EQ(find_cookie(" better-auth.session_token=abc", name), std::nullopt);
  EXPECT_EQ(find_cookie("a=1;  better-auth.session_token=abc", name), std::nullopt);
  EXPECT_EQ(find_cookie("", name), std::nullopt);
}

TEST(Cookie, CountsTheFirstOfTwoEvenWhenItIsWorthNothing) {
  EXPECT_EQ(find_cookie("better-auth.session_token=first; better-auth.session_token=second", name), "first");
  EXPECT_EQ(find_cookie("better-auth.session_token=; better-auth.session_token=second", name), std::nullopt);
  EXPECT_TRUE(has_cookie("better-auth.session_token=; better-auth.session_token=second", name));
}

TEST(Cookie, IsPercentDecodedOnce) {
  EXPECT_EQ(find_cookie("better-auth.session_token=a.b%2B%2F%3D", name), "a.b+/=");
  EXPECT_EQ(find_cookie("better-auth.session_token=%252B", name), "%2B");
  EXPECT_EQ(find_cookie("better-auth.session_token=a%2", name), std::nullopt);
  EXPECT_EQ(find_cookie("better-auth.session_token=a%zz", name), std::nullopt);
}

TEST(Cookie, HasNoOtherCharactersThanItMay) {
  for (std::string const value : {"a b", "\"a\"", "a,b", "a\\b", "a\x80", "%00", "%0d%0a", "%20", "a%7F"})
    EXPECT_EQ(find_cookie("better-auth.session_token=" + value, name), std::nullopt) << value;
}

TEST(Cookie, IsBounded) {
  std::string const longest(max_cookie_value_bytes, 'a');

  EXPECT_EQ(find_cookie("better-auth.session_token=" + longest, name), longest);
  EXPECT_EQ(find_cookie("better-auth.session_token=" + longest + "a", name), std::nullopt);
}

TEST(Cookie, DoesNotMindWhatOthersPutBesideIt) {
  EXPECT_EQ(find_cookie("a=\"x; y\"; ;; =; junk; better-auth.session_token=abc; b=\xff", name), "abc");
}

TEST(Cookie, SurvivesItsEncoding) {
  std::string all;
  for (char c = '!'; c <= '~'; ++c) all += c;

  EXPECT_EQ(find_cookie(std::string(name) + '=' + encode_cookie_value(all), name), all);
  EXPECT_EQ(encode_cookie_value("az09-_.!~*'()"), "az09-_.!~*'()");
  EXPECT_EQ(encode_cookie_value("+/="), "%2B%2F%3D");
}

}  // namespace
}  // namespace sambung::serving::cookie_test
