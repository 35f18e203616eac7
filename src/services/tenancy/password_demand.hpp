// password_demand: what somebody who has signed in does only with their password.
#pragma once

#include <sambung/records/password.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/security/secret.hpp>

#include "services/base/engine_core.hpp"

#include <optional>

namespace sambung {

// How it is called in the audit log, and where the password stands in its input.
struct password_use {
  char const* action;
  char const* path;
};

// One attempt at the caller's account. Throws error(errc::invalid_argument) with an issue at the path unless `typed` is
// the user's password, which is noted; error(errc::rate_limited). Only an application that vouches for its user may go
// without one where there is none.
task<void> demand_password(engine_core& core, identity const& who, std::optional<password> const& stored,
                           secret_string typed, password_use what);

}  // namespace sambung
