// Passwords are checked and hashed in engine_core::passwords: each takes a thread for a while. errc::unavailable when
// too many wait already.
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/security/password_hash.hpp>

#include <string>

namespace sambung {

class engine_core;

// An empty `hash` costs what a wrong password does.
task<password_check> checked_password(engine_core& core, std::string hash, secret_string typed);

// `password` is normal_password()'s.
task<std::string> hashed_password(engine_core& core, secret_string password);

}  // namespace sambung
