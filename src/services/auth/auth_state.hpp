// auth_state: what an engine keeps to tell who calls.
#pragma once

#include <sambung/services/auth/auth.hpp>

#include "core/blocking_pool.hpp"
#include "services/auth/authority_cache.hpp"
#include "services/auth/failed_attempts.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

struct auth_state {
  explicit auth_state(auth_options completed)
      : options(std::move(completed)), passwords(options.password_threads, options.max_waiting_passwords) {}

  auth_options options;  // with secrets, made up if none were given
  authority_cache authorities;
  failed_attempts failures;
  blocking_pool passwords;  // where they are hashed and checked
};

// Does `work` in the pool for passwords. Throws error(errc::unavailable) when too many wait there.
template <class T, class F>
task<T> in_password_pool(engine_core& core, F work) {
  auto done = co_await core.auth->passwords.run(std::move(work));
  if (!done && done.error() == blocking_pool::full()) core.observer->refused(engine_queue::passwords, done.error());
  co_return std::move(done).value();
}

}  // namespace sambung
