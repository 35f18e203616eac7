// Passwords: what may be one, and how one is kept and checked. bcrypt by libxcrypt; other schemes verify, so that users
// can be brought along. Everything here blocks the thread (about 160 ms at cost 12): services run it in a pool.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/security/secret.hpp>

namespace sambung {

inline constexpr int default_password_cost = 12;  // bcrypt's: 2^12 rounds
inline constexpr int min_password_cost = 4;
inline constexpr int max_password_cost = 16;  // a stored hash that costs more is unknown: it would occupy a thread
inline constexpr std::size_t min_password_bytes = 8;
inline constexpr std::size_t max_password_bytes = 72;  // bcrypt ignores what is behind

// `typed` in Unicode's normal form C. errc::invalid_argument (issue "password") for what is not valid UTF-8, holds a
// NUL, or is not min_password_bytes to max_password_bytes long in that form.
SAMBUNG_API result<secret_string> normal_password(std::string_view typed);

// "$2b$12$..."; `password` is normal_password()'s. Throws error(errc::invalid_argument) for a cost outside
// min_password_cost to max_password_cost.
SAMBUNG_API std::string hash_password(secret_string const& password, int cost, random_source& random);

struct password_check {
  bool right = false;
  bool outdated = false;  // right, and to be hashed again: another scheme, another cost
};

// Compares in constant time. Known schemes: bcrypt ($2a$, $2b$, $2y$), what else libxcrypt offers that is salted and
// reads whole passwords ($y$, $gy$, $7$, $6$, $5$, $1$), up to about a second each, and Better Auth's "<32 hex
// digits>:<128 hex digits>" (scrypt; reference: better-auth's password hashing). An empty or unknown `hash` is never
// right, and neither is what normal_password() refuses; short ones may be right here, for hashes that come from
// elsewhere.
//
// Whatever `hash` and `typed` are, a wrong password costs as much as one bcrypt hash of `cost`: what a cheaper hash
// saves, and the whole of an empty or unknown one, is spent on throw-away hashes. Only hashes that cost more are
// slower.
SAMBUNG_API password_check check_password(std::string_view hash, std::string_view typed, int cost);

}  // namespace sambung
