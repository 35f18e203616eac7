// Tokens as they arrive; and, behind a '+', a header and a payload on a line each, which then are signed well: what is
// accepted survives being signed again.
#include <sambung/security/jwt.hpp>

#include "core/base64url.hpp"
#include "security/hmac.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

constexpr std::string_view secret = "a secret of the fuzzer, 32 bytes and more";
constexpr std::string_view pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";

sambung::jwt_policy make_policy() {
  sambung::jwt_policy policy;
  policy.keys.push_back(sambung::jwt_key::hs256("h1", sambung::secret_string(std::string(secret))).value());
  policy.keys.push_back(sambung::jwt_key::ed25519("e1", pem).value());
  return policy;
}

std::string sign(std::string_view lines) {
  auto const end = std::min(lines.find('\n'), lines.size());
  auto const payload = lines.substr(std::min(end + 1, lines.size()));
  auto const text = sambung::to_base64url(lines.substr(0, end)) + '.' + sambung::to_base64url(payload);
  return text + '.' + sambung::to_base64url(sambung::hmac_sha256(secret, text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static auto const policy = make_policy();
  auto const now = sambung::parse_iso8601("2026-03-01T12:00:00Z").value();
  std::string_view const input(reinterpret_cast<char const*>(data), size);
  auto const token = input.starts_with('+') ? sign(input.substr(1)) : std::string(input);

  auto const claims = sambung::verify_jwt(token, policy, now);

  if (!claims && claims.error().code != sambung::errc::unauthenticated) std::abort();
  if (!claims) return 0;
  if (!input.starts_with('+') || claims->id.empty() || claims->expires_at <= claims->issued_at) std::abort();
  auto rounded = *claims;
  rounded.expires_at += std::chrono::seconds(1);
  if (rounded.expires_at - rounded.issued_at >= policy.max_lifetime) return 0;
  auto const again = sambung::verify_jwt(sambung::sign_jwt(rounded, policy).view(), policy, now);
  if (!again || again->id != claims->id || again->subject != claims->subject || again->tenant != claims->tenant)
    std::abort();
  return 0;
}
