#include "services/auth/auth_setup.hpp"

#include <sambung/security/token.hpp>

namespace sambung {
namespace {

constexpr auto made_up_prefix = "made up: ";
constexpr auto jwt_key_info = "sambung jwt v1";

std::vector<issue> faults(auth_options const& given) {
  std::vector<issue> all;
  auto const check = [&](bool fine, char const* path, char const* message) {
    if (!fine) all.push_back({path, message});
  };
  check(given.password_cost >= min_password_cost && given.password_cost <= max_password_cost, "passwordCost",
        "must be 4 to 16");
  check(given.password_threads > 0, "passwordThreads", "must be at least 1");
  check(given.session_lifetime.count() > 0, "sessionLifetime", "must be positive");
  check(given.session_extension.count() > 0, "sessionExtension", "must be positive");
  check(given.access_token_lifetime.count() > 0, "accessTokenLifetime", "must be positive");
  check(given.access_token_lifetime <= given.jwt.max_lifetime, "accessTokenLifetime",
        "must be at most jwt.maxLifetime");
  check(given.refresh_token_lifetime.count() > 0, "refreshTokenLifetime", "must be positive");
  check(given.revocation_interval.count() > 0, "revocationInterval", "must be positive");
  check(given.remembered.count() >= 0, "remembered", "must not be negative");
  check(given.audited_failures > 0, "auditedFailures", "must be positive");
  return all;
}

secret_ring made_up(random_source& random) {
  std::vector<secret_string> one;
  one.push_back(make_token(made_up_prefix, random));
  return secret_ring::make(std::move(one)).value();
}

std::vector<jwt_key> derived_keys(secret_ring const& secrets) {
  std::vector<jwt_key> keys;
  for (std::size_t i = 0; i < secrets.size(); ++i)
    keys.push_back(jwt_key::hs256(secrets.name(i), secrets.derive(i, jwt_key_info)).value());
  return keys;
}

}  // namespace

auth_options completed(auth_options given, random_source& random) {
  if (auto wrong = faults(given); !wrong.empty())
    throw error(failure(errc::invalid_argument, "these options of auth are out of range", std::move(wrong)));
  if (given.secrets.empty()) given.secrets = made_up(random);
  if (given.jwt.keys.empty()) given.jwt.keys = derived_keys(given.secrets);
  return given;
}

}  // namespace sambung
