// Signs and verifies tokens for jwt_test.py, which holds them against PyJWT.
//   sign ALGORITHM KEY_FILE SUBJECT TENANT SESSION   prints a token
//   verify ALGORITHM KEY_FILE                        reads a token; prints its claims, or fails
#include <sambung/security/jwt.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using namespace sambung;

uuid id_of(std::string_view text) {
  auto const id = parse_uuid(text);
  if (!id) throw error(errc::invalid_argument, "not an id");
  return *id;
}

jwt_policy policy_of(std::string_view algorithm, std::string const& key_file) {
  std::ifstream file(key_file, std::ios::binary);
  std::string const key{std::istreambuf_iterator<char>(file), {}};
  jwt_policy policy;
  policy.keys.push_back(
      (algorithm == "HS256" ? jwt_key::hs256("k1", secret_string(key)) : jwt_key::ed25519("k1", key)).value());
  return policy;
}

void sign(jwt_policy const& policy, std::vector<std::string> const& arguments) {
  auto const now = system_clock()->now();
  jwt_claims claims;
  claims.issuer = policy.issuer;
  claims.audience = policy.audience;
  claims.subject = user_id{id_of(arguments.at(3))};
  claims.id = "token-1";
  claims.issued_at = now;
  claims.expires_at = now + std::chrono::minutes(15);
  claims.tenant = tenant_id{id_of(arguments.at(4))};
  claims.session = id_of(arguments.at(5));
  std::cout << sign_jwt(claims, policy).view() << '\n';
}

void verify(jwt_policy const& policy) {
  std::string token;
  std::getline(std::cin, token);
  auto const claims = verify_jwt(token, policy, system_clock()->now()).value();
  boost::json::object shown;
  shown["sub"] = to_string(claims.subject);
  shown["jti"] = claims.id;
  shown["iat"] = claims.issued_at.time_since_epoch() / std::chrono::seconds(1);
  shown["exp"] = claims.expires_at.time_since_epoch() / std::chrono::seconds(1);
  if (claims.tenant) shown["tenant"] = to_string(*claims.tenant);
  if (claims.session) shown["sid"] = to_string(*claims.session);
  std::cout << boost::json::serialize(shown) << '\n';
}

}  // namespace

int main(int count, char** values) {
  std::vector<std::string> const arguments(values + 1, values + count);
  try {
    auto const policy = policy_of(arguments.at(1), arguments.at(2));
    if (arguments.at(0) == "sign") sign(policy, arguments);
    else verify(policy);
  } catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
