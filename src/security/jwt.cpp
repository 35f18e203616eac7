#include <sambung/security/jwt.hpp>

#include <sambung/core/json_codec.hpp>

#include "core/base64url.hpp"
#include "security/ed25519.hpp"
#include "security/hmac.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>

namespace sambung {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t min_secret_bytes = 32;
constexpr std::size_t max_token_bytes = 4'096;
constexpr std::size_t max_id_bytes = 100;
constexpr double last_second = 253'402'300'799;  // of the year 9999
// Members that let a token say what to do with it, or where to fetch its key.
constexpr std::string_view refused_members[] = {"crit", "jku", "jwk", "x5u", "x5c", "b64"};

}  // namespace

struct jwt_key::state {
  std::string id;
  jwt_algorithm algorithm;
  bool may_sign;
  secret_string secret;  // HS256
  ed25519_key pair;      // EdDSA
};

struct jwt_key_access {
  static auto const& state_of(jwt_key const& key) { return *key.state_; }
};

result<jwt_key> jwt_key::hs256(std::string id, secret_string secret) {
  if (secret.view().size() < min_secret_bytes)
    return failure(errc::invalid_argument, "a secret for JWT has at least 32 bytes");
  return jwt_key(
      std::make_shared<state const>(state{std::move(id), jwt_algorithm::hs256, true, std::move(secret), nullptr}));
}

result<jwt_key> jwt_key::ed25519(std::string id, std::string_view pem) {
  auto pair = read_ed25519_private(pem);
  bool const may_sign = pair != nullptr;
  if (!pair) pair = read_ed25519_public(pem);
  if (!pair) return failure(errc::invalid_argument, "the key is not an Ed25519 key in PEM");
  return jwt_key(std::make_shared<state const>(
      state{std::move(id), jwt_algorithm::eddsa, may_sign, secret_string(), std::move(pair)}));
}

std::string const& jwt_key::id() const { return state_->id; }
jwt_algorithm jwt_key::algorithm() const { return state_->algorithm; }
bool jwt_key::may_sign() const { return state_->may_sign; }

namespace {

std::string_view name_of(jwt_algorithm algorithm) { return algorithm == jwt_algorithm::hs256 ? "HS256" : "EdDSA"; }

std::string sign(jwt_key const& key, std::string_view text) {
  auto const& state = jwt_key_access::state_of(key);
  if (!state.may_sign) throw error(errc::internal, "this JWT key only verifies");
  if (state.algorithm == jwt_algorithm::hs256) return hmac_sha256(state.secret.view(), text);
  return sign_ed25519(state.pair, text);
}

bool verifies(jwt_key const& key, std::string_view text, std::string_view signature) {
  auto const& state = jwt_key_access::state_of(key);
  if (state.algorithm == jwt_algorithm::hs256)
    return equal_in_constant_time(hmac_sha256(state.secret.view(), text), signature);
  return verify_ed25519(state.pair, text, signature);
}

std::int64_t seconds_of(timestamp time) { return std::chrono::floor<seconds>(time).time_since_epoch().count(); }

json::object payload_of(jwt_claims const& claims) {
  json::object out;
  out["iss"] = claims.issuer;
  out["aud"] = claims.audience;
  out["sub"] = to_string(claims.subject);
  out["jti"] = claims.id;
  out["iat"] = seconds_of(claims.issued_at);
  out["exp"] = seconds_of(claims.expires_at);
  if (claims.not_before) out["nbf"] = seconds_of(*claims.not_before);
  if (claims.tenant) out["tenant"] = to_string(*claims.tenant);
  if (claims.session) out["sid"] = to_string(*claims.session);
  return out;
}

struct token_parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signed_text;  // header and payload
  std::string signature;
};

std::optional<token_parts> split_token(std::string_view token) {
  if (token.size() > max_token_bytes) return std::nullopt;
  auto const first = token.find('.');
  auto const last = token.rfind('.');
  if (first == last || token.find('.', first + 1) != last) return std::nullopt;
  auto signature = from_base64url(token.substr(last + 1));
  if (!signature) return std::nullopt;
  return token_parts{token.substr(0, first), token.substr(first + 1, last - first - 1), token.substr(0, last),
                     *std::move(signature)};
}

std::optional<json::object> decode_object(std::string_view part) {
  auto const text = from_base64url(part);
  if (!text) return std::nullopt;
  auto parsed = parse_json(*text);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return std::move(parsed->get_object());
}

std::optional<std::string_view> text_at(json::object const& in, std::string_view name) {
  auto const* value = in.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string_view(value->get_string());
}

bool same_without_case(std::string_view a, std::string_view b) {
  auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// The key is chosen by its name, or for being the only one; its own algorithm then has to be the header's.
jwt_key const* key_for(json::object const& header, std::vector<jwt_key> const& keys) {
  auto const algorithm = text_at(header, "alg");
  if (!algorithm) return nullptr;
  auto const signs_so = [&](jwt_key const& key) { return name_of(key.algorithm()) == *algorithm; };
  if (!header.contains("kid")) {
    auto const only = std::ranges::find_if(keys, signs_so);
    return only != keys.end() && std::ranges::count_if(keys, signs_so) == 1 ? &*only : nullptr;
  }
  auto const id = text_at(header, "kid");
  if (!id) return nullptr;
  auto const named = std::ranges::find(keys, *id, &jwt_key::id);
  return named != keys.end() && signs_so(*named) ? &*named : nullptr;
}

bool is_acceptable(json::object const& header, jwt_policy const& policy) {
  if (std::ranges::any_of(refused_members, [&](auto name) { return header.contains(name); })) return false;
  auto const type = text_at(header, "typ");
  return type && same_without_case(*type, policy.type);
}

// RFC 7519's NumericDate: seconds, perhaps with decimals.
std::optional<timestamp> time_at(json::object const& in, std::string_view name) {
  auto const* value = in.if_contains(name);
  if (!value || !value->is_number()) return std::nullopt;
  auto const since = value->to_number<double>();
  if (!(since >= 0 && since <= last_second)) return std::nullopt;
  return timestamp(milliseconds(static_cast<std::int64_t>(std::floor(since * 1'000))));
}

std::optional<uuid> uuid_at(json::object const& in, std::string_view name) {
  auto const text = text_at(in, name);
  return text ? parse_uuid(*text) : std::nullopt;
}

bool is_for(json::object const& in, std::string_view audience) {
  if (auto const one = text_at(in, "aud")) return *one == audience;
  auto const* some = in.if_contains("aud");
  if (!some || !some->is_array()) return false;
  auto const& all = some->get_array();
  return std::ranges::all_of(all, [](auto const& one) { return one.is_string(); }) &&
         std::ranges::any_of(all, [&](auto const& one) { return std::string_view(one.get_string()) == audience; });
}

std::optional<jwt_claims> read_claims(json::object const& in, jwt_policy const& policy) {
  auto const issuer = text_at(in, "iss");
  auto const subject = uuid_at(in, "sub");
  auto const id = text_at(in, "jti");
  auto const issued_at = time_at(in, "iat");
  auto const expires_at = time_at(in, "exp");
  if (issuer != policy.issuer || !is_for(in, policy.audience)) return std::nullopt;
  if (!subject || !id || id->empty() || id->size() > max_id_bytes || !issued_at || !expires_at) return std::nullopt;
  jwt_claims claims;
  claims.issuer = policy.issuer;
  claims.audience = policy.audience;
  claims.subject = user_id{*subject};
  claims.id = *id;
  claims.issued_at = *issued_at;
  claims.expires_at = *expires_at;
  if (in.contains("nbf") && !(claims.not_before = time_at(in, "nbf"))) return std::nullopt;
  if (in.contains("sid") && !(claims.session = uuid_at(in, "sid"))) return std::nullopt;
  if (!in.contains("tenant")) return claims;
  auto const tenant = uuid_at(in, "tenant");
  if (!tenant) return std::nullopt;
  claims.tenant = tenant_id{*tenant};
  return claims;
}

bool is_in_time(jwt_claims const& claims, jwt_policy const& policy, timestamp now) {
  if (claims.expires_at <= claims.issued_at || claims.expires_at - claims.issued_at > policy.max_lifetime) return false;
  if (claims.not_before && *claims.not_before > now + policy.leeway) return false;
  return now < claims.expires_at + policy.leeway && claims.issued_at <= now + policy.leeway;
}

std::optional<jwt_claims> verified(std::string_view token, jwt_policy const& policy, timestamp now) {
  auto const parts = split_token(token);
  if (!parts) return std::nullopt;
  auto const header = decode_object(parts->header);
  if (!header || !is_acceptable(*header, policy)) return std::nullopt;
  auto const* key = key_for(*header, policy.keys);
  if (!key || !verifies(*key, parts->signed_text, parts->signature)) return std::nullopt;
  auto const payload = decode_object(parts->payload);
  if (!payload) return std::nullopt;
  auto claims = read_claims(*payload, policy);
  return claims && is_in_time(*claims, policy, now) ? claims : std::nullopt;
}

}  // namespace

record_description describe_record(record_of<jwt_policy>) { return record<jwt_policy>().all_optional(); }

secret_string sign_jwt(jwt_claims const& claims, jwt_policy const& policy) {
  auto const& key = policy.keys.front();
  json::object header;
  header["alg"] = name_of(key.algorithm());
  header["typ"] = policy.type;
  if (!key.id().empty()) header["kid"] = key.id();
  auto text = to_base64url(json::serialize(header)) + '.' + to_base64url(json::serialize(payload_of(claims)));
  auto const signature = sign(key, text);
  text += '.';
  text += to_base64url(signature);
  return secret_string(std::move(text));
}

result<jwt_claims> verify_jwt(std::string_view token, jwt_policy const& policy, timestamp now) {
  auto claims = verified(token, policy, now);
  if (!claims) return failure(errc::unauthenticated, "the token is not valid");
  return *std::move(claims);
}

}  // namespace sambung
