// The forms in which a password may be stored, and whether a password fits one.
#pragma once

#include <sambung/security/secret.hpp>

#include <string>
#include <string_view>

namespace sambung::passwords {

enum class scheme { unknown, bcrypt, other_crypt, better_auth };

struct stored_form {
  passwords::scheme scheme = scheme::unknown;
  int cost = 0;  // bcrypt's
};

// Unknown as well: what would take more than about a second to check.
stored_form form_of(std::string_view hash);

// Precondition: form_of(hash) is known; `password` is at most max_password_bytes of UTF-8 in normal form C, without
// NUL.
bool fits(std::string_view hash, passwords::scheme scheme, secret_string const& password);

// bcrypt under a setting "$2b$12$<22 characters of salt>". Precondition: as for fits().
std::string bcrypt(secret_string const& password, std::string const& setting);

enum class normal_form { c, kc };

// `text` in a normal form of Unicode (UAX 15). errc::invalid_argument when it is not UTF-8.
result<secret_string> normalized(std::string_view text, normal_form form);

}  // namespace sambung::passwords
