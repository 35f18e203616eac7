// JSON Web Tokens: what is signed verifies, and nothing else does.
#include <sambung/security/jwt.hpp>

#include "core/base64url.hpp"
#include "security/hmac.hpp"

#include <gtest/gtest.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <random>

namespace sambung::jwt_test {
namespace {

using namespace std::chrono_literals;

std::string const secret = "0123456789abcdef0123456789abcdef";
timestamp const now = parse_iso8601("2026-03-01T12:00:00Z").value();
std::string const user = "0192e4a0-7b2c-7def-8123-456789abcdef";
std::string const iat = std::to_string(now.time_since_epoch() / 1s);
std::string const exp = std::to_string(now.time_since_epoch() / 1s + 900);

std::string pem_of(EVP_PKEY const* key, int (*write)(BIO*, EVP_PKEY const*)) {
  std::unique_ptr<BIO, decltype(&BIO_free)> const bio(BIO_new(BIO_s_mem()), BIO_free);
  EXPECT_EQ(write(bio.get(), key), 1);
  char* text = nullptr;
  auto const size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

struct pem_pair {
  explicit pem_pair(char const* kind = "ED25519") {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(
        std::string_view(kind) == "EC" ? EVP_EC_gen("P-256")
                                       : EVP_PKEY_Q_keygen(nullptr, nullptr, kind, std::size_t{2'048}),
        EVP_PKEY_free);
    secret = pem_of(key.get(), [](BIO* bio, EVP_PKEY const* one) {
      return PEM_write_bio_PKCS8PrivateKey(bio, one, nullptr, nullptr, 0, nullptr, nullptr);
    });
    open = pem_of(key.get(), [](BIO* bio, EVP_PKEY const* one) { return PEM_write_bio_PUBKEY(bio, one); });
    locked = pem_of(key.get(), [](BIO* bio, EVP_PKEY const* one) {
      return PEM_write_bio_PKCS8PrivateKey(bio, one, EVP_aes_256_cbc(), "pass", 4, nullptr, nullptr);
    });
  }

  std::string secret;
  std::string open;
  std::string locked;
};

jwt_key hmac_key(std::string id = "h1") { return jwt_key::hs256(std::move(id), secret_string(secret)).value(); }
jwt_key ed_key(std::string id, std::string_view pem) { return jwt_key::ed25519(std::move(id), pem).value(); }

jwt_policy policy_of(std::vector<jwt_key> keys) {
  jwt_policy policy;
  policy.keys = std::move(keys);
  return policy;
}

jwt_claims usual_claims() {
  jwt_claims claims;
  claims.issuer = "sambung";
  claims.audience = "sambung";
  claims.subject = user_id{parse_uuid(user).value()};
  claims.id = "token-1";
  claims.issued_at = now;
  claims.expires_at = now + 15min;
  return claims;
}

std::string const usual_header = R"({"alg":"HS256","typ":"at+jwt","kid":"h1"})";
std::string payload_with(std::string const& more = {}) {
  return R"({"iss":"sambung","aud":"sambung","sub":")" + user + R"(","jti":"1","iat":)" + iat + R"(,"exp":)" + exp +
         more + "}";
}
// The usual payload, in which `from` is `to`.
std::string payload_where(std::string const& from, std::string const& to) {
  auto payload = payload_with();
  auto const at = payload.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return payload.replace(at, from.size(), to);
}

// As an attacker would who knows the HMAC key `with`.
std::string forged(std::string const& header, std::string const& payload, std::string const& with = secret) {
  auto const text = to_base64url(header) + '.' + to_base64url(payload);
  return text + '.' + to_base64url(hmac_sha256(with, text));
}

bool accepted(std::string_view token, jwt_policy const& policy = policy_of({hmac_key()}), timestamp when = now) {
  auto const claims = verify_jwt(token, policy, when);
  EXPECT_EQ(claims ? failure() : claims.error(),
            claims ? failure() : failure(errc::unauthenticated, "the token is not valid"));
  EXPECT_EQ(ERR_peek_error(), 0U);
  return claims.has_value();
}

bool accepts_payload(std::string const& payload) { return accepted(forged(usual_header, payload)); }
bool accepts_header(std::string const& header) { return accepted(forged(header, payload_with())); }

TEST(Jwt, VerifiesWhatItSigns) {
  pem_pair const pems;
  std::mt19937_64 random(3);
  for (auto const& key : {hmac_key(), ed_key("e1", pems.secret)}) {
    auto const policy = policy_of({key});
    for (int i = 0; i < 200; ++i) {
      auto claims = usual_claims();
      for (auto& byte : claims.subject.value.bytes) byte = static_cast<std::uint8_t>(random());
      claims.id = std::string(1 + random() % 100, static_cast<char>(' ' + random() % 90));
      claims.issued_at = now - std::chrono::seconds(random() % 1'000);
      claims.expires_at = now + std::chrono::seconds(1 + random() % 80'000);
      if (random() % 2) claims.not_before = now - std::chrono::seconds(random() % 1'000);
      if (random() % 2) claims.tenant = tenant_id{claims.subject.value};
      if (random() % 2) claims.session = claims.subject.value;

      auto const verified = verify_jwt(sign_jwt(claims, policy).view(), policy, now).value();

      ASSERT_EQ(verified.issuer, claims.issuer);
      ASSERT_EQ(verified.audience, claims.audience);
      ASSERT_EQ(verified.subject, claims.subject);
      ASSERT_EQ(verified.id, claims.id);
      ASSERT_EQ(verified.issued_at, claims.issued_at);
      ASSERT_EQ(verified.expires_at, claims.expires_at);
      ASSERT_EQ(verified.not_before, claims.not_before);
      ASSERT_EQ(verified.tenant, claims.tenant);
      ASSERT_EQ(verified.session, claims.session);
    }
  }
}

TEST(Jwt, IsThreePartsOfBase64url) {
  auto const policy = policy_of({hmac_key()});
  auto claims = usual_claims();
  claims.tenant = tenant_id{claims.subject.value};

  auto const token = sign_jwt(claims, policy);

  std::string const text(token.view());
  auto const dot = text.find('.');
  EXPECT_EQ(from_base64url(text.substr(0, dot)), R"({"alg":"HS256","typ":"at+jwt","kid":"h1"})");
  EXPECT_EQ(from_base64url(text.substr(dot + 1, text.rfind('.') - dot - 1)),
            R"({"iss":"sambung","aud":"sambung","sub":")" + user + R"(","jti":"token-1","iat":)" + iat + R"(,"exp":)" +
                exp + R"(,"tenant":")" + user + "\"}");
}

TEST(JwtKey, IsLongOrEd25519) {
  pem_pair const pems;
  EXPECT_EQ(jwt_key::hs256("k", secret_string(secret.substr(1))).error().code, errc::invalid_argument);
  EXPECT_EQ(jwt_key::hs256("k", secret_string()).error().code, errc::invalid_argument);
  EXPECT_TRUE(jwt_key::hs256("k", secret_string(secret)).value().may_sign());
  EXPECT_TRUE(ed_key("k", pems.secret).may_sign());
  EXPECT_FALSE(ed_key("k", pems.open).may_sign());
  EXPECT_EQ(ed_key("k", pems.open).algorithm(), jwt_algorithm::eddsa);
  EXPECT_EQ(ed_key("k", pems.open).id(), "k");

  pem_pair const rsa("RSA");
  pem_pair const ec("EC");
  pem_pair const x25519("X25519");
  for (auto const& wrong :
       {std::string(), std::string("key"), secret, rsa.secret, rsa.open, ec.secret, ec.open, x25519.secret, x25519.open,
        pems.locked, pems.secret.substr(0, pems.secret.size() / 2), std::string(1'000'000, 'x')}) {
    auto const made = jwt_key::ed25519("k", wrong);
    ASSERT_FALSE(made) << wrong.substr(0, 60);
    EXPECT_EQ(made.error().code, errc::invalid_argument);
    EXPECT_EQ(ERR_peek_error(), 0U);
  }
}

TEST(JwtKey, SignsOnlyWhenItMay) {
  pem_pair const pems;

  EXPECT_THROW(sign_jwt(usual_claims(), policy_of({ed_key("e", pems.open)})), error);
  auto const token = sign_jwt(usual_claims(), policy_of({ed_key("e", pems.secret)}));
  EXPECT_TRUE(accepted(token.view(), policy_of({ed_key("e", pems.open)})));
  EXPECT_FALSE(accepted(token.view(), policy_of({ed_key("e", pem_pair().open)})));
}

TEST(Jwt, IsRefusedWhenAnyBitOfItChanges) {
  pem_pair const pems;
  for (auto const& key : {hmac_key(), ed_key("e1", pems.secret)}) {
    auto const policy = policy_of({key});
    std::string const token(sign_jwt(usual_claims(), policy).view());
    ASSERT_TRUE(accepted(token, policy));
    for (std::size_t i = 0; i < token.size(); ++i)
      for (int const bit : {1, 4, 32, 128}) {
        auto changed = token;
        changed[i] = static_cast<char>(changed[i] ^ bit);
        EXPECT_FALSE(accepted(changed, policy)) << i << ' ' << bit;
      }
  }
}

TEST(Jwt, IsRefusedWhenItIsNotThreeParts) {
  std::string const token = forged(usual_header, payload_with());
  ASSERT_TRUE(accepted(token));

  for (std::size_t size = 0; size < token.size(); ++size) EXPECT_FALSE(accepted(token.substr(0, size))) << size;
  for (std::string_view const more : {".", "=", "A", " ", "\n", ".A"}) {
    EXPECT_FALSE(accepted(token + std::string(more)));
    EXPECT_FALSE(accepted(std::string(more) + token));
  }
  EXPECT_FALSE(accepted(token + '\0'));
  auto const dot = token.find('.');
  EXPECT_FALSE(accepted(token.substr(dot)));
  EXPECT_FALSE(accepted(".."));
  EXPECT_FALSE(accepted("..."));
  EXPECT_FALSE(accepted(token.substr(0, token.rfind('.') + 1)));
  EXPECT_FALSE(accepted(token.substr(0, token.rfind('.'))));
}

TEST(Jwt, IsRefusedOverFourKibibytes) {
  auto const sized = [](std::size_t padding) {
    return forged(usual_header, payload_with(R"(,"x":")" + std::string(padding, 'x') + "\""));
  };
  std::size_t padding = 2'500;
  while (sized(padding + 1).size() <= 4'096) ++padding;

  EXPECT_TRUE(accepted(sized(padding)));
  EXPECT_FALSE(accepted(sized(padding + 1)));
  EXPECT_FALSE(accepted(sized(1'000'000)));
}

TEST(Jwt, IsRefusedUnlessItsAlgorithmIsItsKeys) {
  EXPECT_TRUE(accepts_header(usual_header));
  for (auto const* alg : {"none", "None", "NONE", "nOnE", "", "hs256", "HS384", "HS512", "RS256", "ES256", "PS256",
                          "EdDSA", "Ed25519", "HS256 ", "dir"}) {
    auto const header = std::string(R"({"alg":")") + alg + R"(","typ":"at+jwt","kid":"h1"})";
    EXPECT_FALSE(accepts_header(header)) << alg;
    auto const text = to_base64url(header) + '.' + to_base64url(payload_with());
    EXPECT_FALSE(accepted(text + '.')) << alg;
    EXPECT_FALSE(accepted(text)) << alg;
  }
  for (auto const* header :
       {R"({"typ":"at+jwt","kid":"h1"})", R"({"alg":null,"typ":"at+jwt","kid":"h1"})",
        R"({"alg":["HS256"],"typ":"at+jwt","kid":"h1"})", R"({"alg":{"HS256":1},"typ":"at+jwt","kid":"h1"})",
        R"({"alg":256,"typ":"at+jwt","kid":"h1"})", R"({"ALG":"HS256","typ":"at+jwt","kid":"h1"})",
        R"({"alg":"none","alg":"HS256","typ":"at+jwt","kid":"h1"})",
        R"({"alg":"HS256","alg":"none","typ":"at+jwt","kid":"h1"})"})
    EXPECT_FALSE(accepts_header(header)) << header;
}

// The public key, which anybody may know, taken for an HMAC secret.
TEST(Jwt, IsRefusedWhenAPublicKeyIsUsedAsASecret) {
  pem_pair const pems;
  auto const policy = policy_of({ed_key("e1", pems.open)});

  for (auto const& as_secret : {pems.open, pems.open.substr(0, pems.open.size() - 1), std::string()})
    for (auto const* header : {R"({"alg":"HS256","typ":"at+jwt","kid":"e1"})", R"({"alg":"HS256","typ":"at+jwt"})",
                               R"({"alg":"EdDSA","typ":"at+jwt","kid":"e1"})", R"({"alg":"EdDSA","typ":"at+jwt"})"})
      EXPECT_FALSE(accepted(forged(header, payload_with(), as_secret), policy));
}

TEST(Jwt, IsRefusedWhenSignedWithAnotherSecret) {
  EXPECT_FALSE(accepted(forged(usual_header, payload_with(), "")));
  EXPECT_FALSE(accepted(forged(usual_header, payload_with(), "secret")));
  EXPECT_FALSE(accepted(forged(usual_header, payload_with(), secret + 'x')));
  EXPECT_FALSE(accepted(forged(usual_header, payload_with()), policy_of({})));
}

TEST(Jwt, NamesItsKeyOrHasTheOnlyOne) {
  pem_pair const pems;
  auto const h2 = jwt_key::hs256("h2", secret_string("another secret of thirty-two bytes")).value();
  auto const one_of_each = policy_of({hmac_key(), ed_key("e1", pems.secret)});
  auto const two_alike = policy_of({hmac_key(), h2});
  auto const nameless = forged(R"({"alg":"HS256","typ":"at+jwt"})", payload_with());
  auto const named = forged(usual_header, payload_with());

  EXPECT_TRUE(accepted(named, one_of_each));
  EXPECT_TRUE(accepted(named, two_alike));
  EXPECT_TRUE(accepted(nameless, one_of_each));
  EXPECT_FALSE(accepted(nameless, two_alike));
  EXPECT_TRUE(accepted(sign_jwt(usual_claims(), policy_of({h2})).view(), two_alike));
  EXPECT_TRUE(accepted(sign_jwt(usual_claims(), policy_of({ed_key("", pems.secret)})).view(), one_of_each));
  for (auto const* kid : {R"("")", R"("h")", R"("H1")", R"("h2")", R"("../../../../dev/null")", R"("/dev/null")",
                          R"("h1' or '1'='1")", R"("h1\u0000")", "null", "1", R"(["h1"])", R"({"h1":1})"})
    EXPECT_FALSE(accepts_header(std::string(R"({"alg":"HS256","typ":"at+jwt","kid":)") + kid + "}")) << kid;
}

TEST(Jwt, IsRefusedWhenItsHeaderBringsKeysOrRules) {
  for (auto const* member :
       {R"("crit":["exp"])", R"("crit":[])", R"("jku":"https://evil.example/keys")", R"("jwk":{"kty":"oct","k":"AA"})",
        R"("x5u":"https://evil.example/cert")", R"("x5c":["MII"])", R"("b64":false)", R"("b64":true)", R"("jku":null)"})
    EXPECT_FALSE(accepts_header(R"({"alg":"HS256","typ":"at+jwt","kid":"h1",)" + std::string(member) + "}")) << member;
  EXPECT_TRUE(accepts_header(R"({"alg":"HS256","typ":"at+jwt","kid":"h1","ours":"x"})"));
}

TEST(Jwt, IsOfTheWantedType) {
  auto const typed = [](std::string const& type) {
    return accepts_header(R"({"alg":"HS256","kid":"h1","typ":)" + type + "}");
  };

  EXPECT_TRUE(typed(R"("at+jwt")"));
  EXPECT_TRUE(typed(R"("AT+JWT")"));
  for (auto const* wrong :
       {R"("JWT")", R"("jwt")", R"("refresh+jwt")", R"("")", R"("at+jwt ")", "null", "1", R"(["at+jwt"])"})
    EXPECT_FALSE(typed(wrong)) << wrong;
  EXPECT_FALSE(accepts_header(R"({"alg":"HS256","kid":"h1"})"));
  auto refresh = policy_of({hmac_key()});
  refresh.type = "refresh+jwt";
  EXPECT_FALSE(accepted(sign_jwt(usual_claims(), refresh).view()));
  EXPECT_FALSE(accepted(sign_jwt(usual_claims(), policy_of({hmac_key()})).view(), refresh));
}

TEST(Jwt, ConsistsOfObjects) {
  for (auto const* wrong : {"", "null", "[]", "1", "\"x\"", "{", "{}x", "{} {}", "\xFF", "\xEF\xBB\xBF{}"}) {
    EXPECT_FALSE(accepts_header(wrong)) << wrong;
    EXPECT_FALSE(accepts_payload(wrong)) << wrong;
  }
  EXPECT_TRUE(accepts_payload(payload_with()));
  EXPECT_FALSE(accepts_payload("{}"));
  EXPECT_FALSE(accepts_payload(payload_with(R"(,"exp":99999999999)")));
  EXPECT_FALSE(accepts_payload(payload_with(R"(,"sub":")" + user + "\"")));
  EXPECT_FALSE(accepts_payload(payload_with(R"(,"x":1e999)")));
  EXPECT_FALSE(accepts_payload(payload_with(R"(,"x":{"y":1,"y":1})")));
  EXPECT_FALSE(accepts_payload(payload_with(",\"x\":" + std::string(100, '[') + std::string(100, ']'))));
}

TEST(Jwt, IsFromTheIssuerForTheAudience) {
  for (auto const* wrong : {R"("sambung2")", R"("Sambung")", R"("")", "null", "1", R"(["sambung"])"})
    EXPECT_FALSE(accepts_payload(payload_where(R"("iss":"sambung")", std::string(R"("iss":)") + wrong))) << wrong;
  for (auto const* wrong : {R"("other")", R"("SAMBUNG")", R"("")", "null", "1", "[]", R"(["other"])",
                            R"([["sambung"]])", R"(["sambung",1])", R"({"sambung":1})"})
    EXPECT_FALSE(accepts_payload(payload_where(R"("aud":"sambung")", std::string(R"("aud":)") + wrong))) << wrong;
  EXPECT_TRUE(accepts_payload(payload_where(R"("aud":"sambung")", R"("aud":["other","sambung"])")));
  for (auto const* member : {R"("iss":"sambung",)", R"("aud":"sambung",)"})
    EXPECT_FALSE(accepts_payload(payload_where(member, "")));
}

TEST(Jwt, HasASubjectAndAnId) {
  auto const sub = R"("sub":")" + user + "\"";
  for (auto const* wrong : {R"("")", R"("root")", "null", "1", R"("0192e4a07b2c7def8123456789abcdef")"})
    EXPECT_FALSE(accepts_payload(payload_where(sub, std::string(R"("sub":)") + wrong))) << wrong;
  for (auto const& wrong :
       {std::string(R"("")"), std::string("null"), std::string("1"), '"' + std::string(101, 'x') + '"'})
    EXPECT_FALSE(accepts_payload(payload_where(R"("jti":"1")", R"("jti":)" + wrong))) << wrong;
  EXPECT_TRUE(accepts_payload(payload_where(R"("jti":"1")", R"("jti":")" + std::string(100, 'x') + '"')));
  EXPECT_FALSE(accepts_payload(payload_where(sub + ",", "")));
  EXPECT_FALSE(accepts_payload(payload_where(R"("jti":"1",)", "")));
}

TEST(Jwt, NamesTenantAndSessionByTheirIds) {
  for (auto const* name : {"tenant", "sid"}) {
    auto const with = [&](std::string const& value) {
      return accepts_payload(payload_with(std::string(",\"") + name + "\":" + value));
    };
    EXPECT_TRUE(with('"' + user + '"'));
    for (auto const* wrong : {"null", "1", R"("")", R"("acme")", "true", "[]"})
      EXPECT_FALSE(with(wrong)) << name << wrong;
  }
}

TEST(Jwt, HasTimesThatAreNumbers) {
  for (auto const& [name, value] : {std::pair("iat", iat), std::pair("exp", exp)}) {
    auto const member = std::string("\"") + name + "\":" + value;
    auto const with = [&](std::string const& other) {
      return accepts_payload(payload_where(member, std::string("\"") + name + "\":" + other));
    };
    EXPECT_TRUE(with(value + ".0"));
    EXPECT_TRUE(with(value + ".25"));
    for (auto const& wrong : {'"' + value + '"', std::string("null"), std::string("true"), std::string("-1"),
                              std::string("0"), "[" + value + "]", std::string("1e300"), std::string("-1e300"),
                              std::string("18446744073709551615"), std::string("9223372036854775807")})
      EXPECT_FALSE(with(wrong)) << name << wrong;
    EXPECT_FALSE(accepts_payload(payload_where(',' + member, "")));
  }
  for (auto const& wrong : {'"' + iat + '"', std::string("null"), std::string("1e300"), std::string("-1")})
    EXPECT_FALSE(accepts_payload(payload_with(",\"nbf\":" + wrong))) << wrong;
  EXPECT_TRUE(accepts_payload(payload_with(",\"nbf\":" + iat)));
}

TEST(Jwt, IsValidInItsTimeOnly) {
  auto const policy = policy_of({hmac_key()});
  auto const valid = [&](jwt_claims const& claims, timestamp when) {
    return accepted(sign_jwt(claims, policy).view(), policy, when);
  };
  auto claims = usual_claims();

  EXPECT_TRUE(valid(claims, claims.expires_at + 29'999ms));
  EXPECT_FALSE(valid(claims, claims.expires_at + 30s));
  EXPECT_TRUE(valid(claims, claims.issued_at - 30s));
  EXPECT_FALSE(valid(claims, claims.issued_at - 30'001ms));

  claims.not_before = now + 5min;
  EXPECT_TRUE(valid(claims, now + 5min - 30s));
  EXPECT_FALSE(valid(claims, now + 5min - 30'001ms));
}

TEST(Jwt, DoesNotLastForEver) {
  auto policy = policy_of({hmac_key()});
  policy.max_lifetime = 1h;
  auto const lasting = [&](std::chrono::seconds time) {
    auto claims = usual_claims();
    claims.expires_at = claims.issued_at + time;
    return accepted(sign_jwt(claims, policy).view(), policy);
  };

  EXPECT_TRUE(lasting(1s));
  EXPECT_TRUE(lasting(1h));
  EXPECT_FALSE(lasting(1h + 1s));
  EXPECT_FALSE(lasting(0s));
  EXPECT_FALSE(lasting(-10s));
}

TEST(Jwt, NeverLastsLongerThanItsClaimsSay) {
  auto claims = usual_claims();
  claims.expires_at = now + 900'999ms;
  auto const policy = policy_of({hmac_key()});

  auto const verified = verify_jwt(sign_jwt(claims, policy).view(), policy, now).value();

  EXPECT_EQ(verified.expires_at, now + 900s);
}

}  // namespace
}  // namespace sambung::jwt_test
