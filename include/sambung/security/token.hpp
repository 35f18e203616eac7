// Random tokens: how they look, and what is kept of them.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/security/secret.hpp>

#include <optional>

namespace sambung {

// "smb_" and such, then 43 characters of base64url: 32 random bytes.
inline constexpr std::string_view api_token_prefix = "smb_";
inline constexpr std::string_view refresh_token_prefix = "smr_";
inline constexpr std::string_view invitation_prefix = "smi_";
inline constexpr std::string_view session_token_prefix = "";

SAMBUNG_API secret_string make_token(std::string_view prefix, random_source& random);

// Whether `text` has exactly the form of make_token(prefix).
SAMBUNG_API bool is_token(std::string_view text, std::string_view prefix) noexcept;

// What is stored and looked up: SHA-256, 64 lower-case hexadecimal digits.
SAMBUNG_API std::string token_hash(std::string_view token);

// A session's cookie value as Better Auth writes it, not yet percent-encoded: "<token>.<base64 of HMAC-SHA256(secret,
// token)>".
SAMBUNG_API std::string sign_cookie(std::string_view token, secret_string const& secret);

// The token of a signed value, if one of the ring's secrets signed it; compared in constant time.
SAMBUNG_API std::optional<std::string_view> verify_cookie(std::string_view value, secret_ring const& secrets);

}  // namespace sambung
