// auth_state: what an engine keeps to tell who calls.
#pragma once

#include <sambung/services/auth/auth.hpp>

#include "core/blocking_pool.hpp"
#include "services/auth/authority_cache.hpp"
#include "services/auth/failed_attempts.hpp"

namespace sambung {

struct auth_state {
  explicit auth_state(auth_options completed)
      : options(std::move(completed)), passwords(options.password_threads, options.max_waiting_passwords) {}

  auth_options options;  // with secrets, made up if none were given
  authority_cache authorities;
  failed_attempts failures;
  blocking_pool passwords;  // where they are hashed and checked
};

}  // namespace sambung
