// What an engine makes of auth_options before it uses them.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/services/auth/auth.hpp>

namespace sambung {

// With secrets and JWT keys, made up or derived where none are given. Throws error(errc::invalid_argument) with an
// issue for each value that is out of range.
auth_options completed(auth_options given, random_source& random);

}  // namespace sambung
