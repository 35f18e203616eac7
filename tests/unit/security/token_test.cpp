// Random tokens and signed cookies.
#include <sambung/security/token.hpp>

#include <gtest/gtest.h>

#include <set>

namespace sambung::token_test {
namespace {

secret_ring ring(std::vector<std::string> const& secrets) {
  std::vector<secret_string> all;
  for (auto const& one : secrets) all.emplace_back(one);
  return secret_ring::make(std::move(all)).value();
}

std::string const first_secret = "a first secret of more than 32 bytes";
std::string const second_secret = "the second secret, as long as that one";

TEST(Token, IsItsPrefixAndThirtyTwoRandomBytes) {
  auto const random = system_random();
  std::set<std::string> seen;

  for (int i = 0; i < 1'000; ++i) {
    auto const token = make_token(api_token_prefix, *random);
    EXPECT_EQ(token.view().size(), 4U + 43U);
    EXPECT_TRUE(token.view().starts_with("smb_"));
    EXPECT_TRUE(is_token(token.view(), api_token_prefix)) << token.view();
    seen.emplace(token.view());
  }

  EXPECT_EQ(seen.size(), 1'000U);
}

TEST(Token, HasOneFormOnly) {
  auto const token = std::string(make_token(refresh_token_prefix, *system_random()).view());
  auto const bare = std::string(make_token(session_token_prefix, *system_random()).view());

  EXPECT_TRUE(is_token(token, refresh_token_prefix));
  EXPECT_TRUE(is_token(bare, session_token_prefix));
  EXPECT_FALSE(is_token(token, api_token_prefix));
  EXPECT_FALSE(is_token(token, session_token_prefix));
  EXPECT_FALSE(is_token(bare, refresh_token_prefix));
  EXPECT_FALSE(is_token("", session_token_prefix));
  EXPECT_FALSE(is_token("smr_", refresh_token_prefix));
  EXPECT_FALSE(is_token(token + "A", refresh_token_prefix));
  EXPECT_FALSE(is_token(token.substr(0, token.size() - 1), refresh_token_prefix));
  for (std::string_view const wrong : {"+", "/", "=", " ", "\n", "."}) {
    auto changed = token;
    changed[10] = wrong[0];
    EXPECT_FALSE(is_token(changed, refresh_token_prefix)) << wrong;
  }
  auto nul = token;
  nul[10] = '\0';
  EXPECT_FALSE(is_token(nul, refresh_token_prefix));
  auto surplus_bits = token;
  surplus_bits.back() = 'B';
  EXPECT_FALSE(is_token(surplus_bits, refresh_token_prefix));
}

TEST(Token, IsKeptAsItsSha256) {
  EXPECT_EQ(token_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// The signature was made by Python's hmac and base64.
TEST(Cookie, IsSignedAsBetterAuthSigns) {
  auto const value = sign_cookie("token", secret_string("a first secret of more than 32 bytes"));

  EXPECT_EQ(value, "token.SrgIhB0J1inz/UsSC/ztjuAwozg7xjFB8fmGNyxp8qk=");
}

TEST(Cookie, IsVerifiedByEverySecretOfTheRing) {
  auto const both = ring({first_secret, second_secret});

  for (auto const& secret : {first_secret, second_secret})
    for (auto const* token : {"token", "a.b.c", "%2e", "x"})
      EXPECT_EQ(verify_cookie(sign_cookie(token, secret_string(secret)), both), token);
}

TEST(Cookie, IsRefusedWhenAnyByteOfItChanges) {
  auto const secrets = ring({first_secret});
  auto const value = sign_cookie("token", secrets.at(0));

  for (std::size_t i = 0; i < value.size(); ++i)
    for (int const bit : {1, 2, 4, 8, 16, 32, 64, 128}) {
      auto changed = value;
      changed[i] = static_cast<char>(changed[i] ^ bit);
      EXPECT_FALSE(verify_cookie(changed, secrets)) << i;
    }
}

TEST(Cookie, IsRefusedWhenCutExtendedOrSignedByAStranger) {
  auto const secrets = ring({first_secret});
  auto const value = sign_cookie("token", secrets.at(0));

  for (std::size_t length = 0; length < value.size(); ++length)
    EXPECT_FALSE(verify_cookie(value.substr(0, length), secrets)) << length;
  for (std::size_t cut = 1; cut < value.size(); ++cut) EXPECT_FALSE(verify_cookie(value.substr(cut), secrets)) << cut;
  for (auto const* more : {"=", " ", ".", "A", "\n"}) EXPECT_FALSE(verify_cookie(value + more, secrets)) << more;
  EXPECT_FALSE(verify_cookie(sign_cookie("token", secret_string(second_secret)), secrets));
  EXPECT_FALSE(verify_cookie(sign_cookie("", secrets.at(0)), secrets));
  EXPECT_FALSE(verify_cookie(value, secret_ring()));
}

}  // namespace
}  // namespace sambung::token_test
