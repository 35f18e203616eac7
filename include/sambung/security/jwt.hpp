// JSON Web Tokens (RFC 7519, RFC 7515 compact form, RFC 8725): signed claims about who calls, for services. A key
// carries its algorithm: what a token's header says about it must agree and decides nothing.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/id.hpp>
#include <sambung/core/record.hpp>
#include <sambung/security/secret.hpp>

#include <memory>
#include <optional>

namespace sambung {

enum class jwt_algorithm { hs256, eddsa };

// A key with its algorithm and its name. Thread safety: const is safe from any thread; copies share.
class SAMBUNG_API jwt_key {
 public:
  // HMAC-SHA256. errc::invalid_argument under 32 bytes.
  static result<jwt_key> hs256(std::string id, secret_string secret);
  // Ed25519 (RFC 8037) from PEM: a PKCS#8 private key signs and verifies, a SubjectPublicKeyInfo verifies.
  // errc::invalid_argument for anything else.
  static result<jwt_key> ed25519(std::string id, std::string_view pem);

  std::string const& id() const;
  jwt_algorithm algorithm() const;
  bool may_sign() const;

 private:
  friend struct jwt_key_access;
  struct state;
  explicit jwt_key(std::shared_ptr<state const> made) : state_(std::move(made)) {}

  std::shared_ptr<state const> state_;
};

struct jwt_claims {
  jwt_claims() = default;

  std::string issuer;                   // iss
  std::string audience;                 // aud: a string, or an array that holds it
  user_id subject;                      // sub
  std::string id;                       // jti, 1 to 100 bytes
  timestamp issued_at;                  // iat
  timestamp expires_at;                 // exp
  std::optional<timestamp> not_before;  // nbf
  std::optional<tenant_id> tenant;      // "tenant": where the caller acts
  std::optional<uuid> session;          // "sid": ends with that session
};

// What a verifier accepts. `type` is the header's "typ", compared without case: "at+jwt" for access tokens (RFC 9068).
struct jwt_policy {
  jwt_policy() = default;

  std::vector<jwt_key> keys;  // the first signs
  std::string issuer = "sambung";
  std::string audience = "sambung";
  std::string type = "at+jwt";
  std::chrono::seconds leeway{30};            // of clocks, for exp, nbf and iat
  std::chrono::seconds max_lifetime{86'400};  // exp - iat
};
SAMBUNG_DESCRIBE_STRUCT(jwt_policy, (), (issuer, audience, type, leeway, max_lifetime))
SAMBUNG_API record_description describe_record(record_of<jwt_policy>);

// Precondition: keys.front() may sign.
SAMBUNG_API secret_string sign_jwt(jwt_claims const& claims, jwt_policy const& policy);

// errc::unauthenticated, always with the same message, for anything but a token that: is at most 4 KiB of exactly three
// base64url parts; has a header object with "alg" that is the algorithm of its key, "typ" as wanted, no "crit", "jku",
// "jwk", "x5u", "x5c", "b64", and "kid" that names one of the keys (without "kid": the only key of that algorithm);
// verifies; and whose claims have iss, aud, sub, exp, iat, jti of the right types and within time. Looks nothing up.
SAMBUNG_API result<jwt_claims> verify_jwt(std::string_view token, jwt_policy const& policy, timestamp now);

}  // namespace sambung
