#include <sambung/security/token.hpp>

#include "core/base64url.hpp"
#include "core/sha256.hpp"
#include "security/hmac.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace sambung {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t token_letters = 43;
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
// 43 letters are two bits more than 32 bytes: those are zero.
constexpr std::string_view last_letters = "AEIMQUYcgkosw048";

// With padding, as Better Auth has it.
std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  auto const length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<unsigned char const*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string cookie_signature(std::string_view token, secret_string const& secret) {
  return to_base64(hmac_sha256(secret.view(), token));
}

}  // namespace

secret_string make_token(std::string_view prefix, random_source& random) {
  std::string bytes(token_bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  secret_string const secret(std::move(bytes));
  std::string text;
  text.reserve(prefix.size() + token_letters);
  text += prefix;
  auto shown = to_base64url(secret.view());
  text += shown;
  wipe(shown);
  return secret_string(std::move(text));
}

bool is_token(std::string_view text, std::string_view prefix) noexcept {
  if (text.size() != prefix.size() + token_letters || !text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return text.find_first_not_of(letters) == text.npos && last_letters.find(text.back()) != last_letters.npos;
}

std::string token_hash(std::string_view token) { return sha256_hex(token); }

std::string sign_cookie(std::string_view token, secret_string const& secret) {
  return std::string(token) + '.' + cookie_signature(token, secret);
}

std::optional<std::string_view> verify_cookie(std::string_view value, secret_ring const& secrets) {
  auto const dot = value.rfind('.');
  if (dot == value.npos || dot == 0) return std::nullopt;
  auto const token = value.substr(0, dot);
  auto const signature = value.substr(dot + 1);
  for (std::size_t i = 0; i < secrets.size(); ++i)
    if (equal_in_constant_time(signature, cookie_signature(token, secrets.at(i)))) return token;
  return std::nullopt;
}

}  // namespace sambung
