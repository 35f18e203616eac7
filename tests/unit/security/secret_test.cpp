// Secrets: what a ring takes, and what it derives.
#include <sambung/security/secret.hpp>

#include <gtest/gtest.h>

#include <set>

namespace sambung::secret_test {
namespace {

result<secret_ring> ring(std::vector<std::string> const& secrets) {
  std::vector<secret_string> all;
  for (auto const& one : secrets) all.emplace_back(one);
  return secret_ring::make(std::move(all));
}

std::string const one = "0123456789abcdef0123456789abcdef";
std::string const two = "fedcba9876543210fedcba9876543210";

TEST(SecretString, IsEmptyOnceItHasMoved) {
  for (auto const* text : {"short", "a text that is too long to live inside of a string object"}) {
    secret_string first{std::string(text)};
    secret_string second(std::move(first));
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(second.view(), text);

    secret_string third("before");
    third = std::move(second);
    EXPECT_TRUE(second.empty());
    EXPECT_EQ(third.view(), text);
  }
}

TEST(SecretString, SurvivesAssignmentToItself) {
  secret_string text("kept");
  auto& same = text;

  text = same;
  EXPECT_EQ(text.view(), "kept");
}

TEST(SecretString, IsWipedWhereItWas) {
  std::string text = "a text that is too long to live inside of a string object";
  auto const* bytes = text.data();
  auto const size = text.size();

  wipe(text);

  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.data(), bytes);
  EXPECT_EQ(std::string(bytes, size), std::string(size, '\0'));
}

TEST(SecretRing, RefusesShortUniformAndEqualSecrets) {
  EXPECT_TRUE(ring({one}));
  EXPECT_TRUE(ring({one, two}));
  for (auto const& wrong : std::vector<std::vector<std::string>>{{one.substr(1)},
                                                                 {""},
                                                                 {one, ""},
                                                                 {std::string(32, 'x')},
                                                                 {one, std::string(64, '\0')},
                                                                 {one, one},
                                                                 {one, two, one}}) {
    auto const made = ring(wrong);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::invalid_argument);
    EXPECT_EQ(made.error().message.find(one), std::string::npos);
  }
}

TEST(SecretRing, MayBeEmpty) {
  EXPECT_TRUE(secret_ring().empty());
  EXPECT_TRUE(ring({}).value().empty());
  EXPECT_EQ(ring({one, two}).value().size(), 2U);
}

// The bytes are Python's: RFC 5869 spelt out with hmac and hashlib.
TEST(SecretRing, DerivesByHkdf) {
  auto const secrets = ring({one, two}).value();

  auto const key = secrets.derive(0, "sambung vault v1");
  std::string hex;
  for (unsigned char const byte : key.view()) {
    static constexpr char digits[] = "0123456789abcdef";
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }

  EXPECT_EQ(hex, "5234cd7c9fbe80d8a2798afab86a520671fa7909acfc070d51a27b3564eccad5");
}

TEST(SecretRing, DerivesSomethingElseForEverySecretAndPurpose) {
  auto const secrets = ring({one, two}).value();
  std::set<std::string> seen;

  for (std::size_t which : {0, 1})
    for (auto const* purpose : {"", "a", "b", "sambung vault v1"}) seen.emplace(secrets.derive(which, purpose).view());

  EXPECT_EQ(seen.size(), 8U);
}

TEST(SecretRing, NamesItsSecretsWithoutSayingThem) {
  auto const secrets = ring({one, two}).value();
  auto const turned = ring({two, one}).value();

  EXPECT_EQ(secrets.name(0).size(), 8U);
  EXPECT_EQ(secrets.name(0).find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(secrets.name(0), secrets.name(1));
  EXPECT_EQ(secrets.name(0), turned.name(1));
  EXPECT_EQ(one.find(secrets.name(0)), std::string::npos);
}

}  // namespace
}  // namespace sambung::secret_test
