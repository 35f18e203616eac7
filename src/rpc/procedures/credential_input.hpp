// Limits of what clients prove themselves with, and how it leaves an input.
#pragma once

#include <sambung/security/secret.hpp>

#include <cstddef>
#include <string>

namespace sambung {

inline constexpr std::size_t max_email_bytes = 254;
// Far over what a password may be: whoever types more learns so from normal_password() or by being refused.
inline constexpr std::size_t max_typed_password_bytes = 1'024;
inline constexpr std::size_t max_token_bytes = 200;

// Moves a secret out of an input, of which nothing stays behind.
inline secret_string take_secret(std::string& text) {
  secret_string taken{std::string(text)};
  wipe(text);
  return taken;
}

}  // namespace sambung
