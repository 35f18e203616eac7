// password_attempt: one attempt to prove by a password who one is. There is no other way to have one checked, so that
// each is bounded by its account and those that fail are in the audit log.
#pragma once

#include <sambung/security/password_hash.hpp>
#include <sambung/security/principal.hpp>

#include "services/auth/failed_attempts.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

// Lifetime: the core outlives it.
class password_attempt {
 public:
  // Takes an attempt at the account of this address from the caller's limits. `from`: null for a call from within the
  // process. Throws error(errc::rate_limited).
  static task<password_attempt> at(engine_core& core, std::string email, request_origin const* from);

  // Checks in the engine's pool. Throws error(errc::unavailable) when too many wait.
  task<password_check> check(std::string hash, secret_string typed) const;

  // The password was wrong, or of somebody who may not use it.
  void failed(std::string action, std::optional<user_id> user, std::optional<tenant_id> tenant = std::nullopt) const;

 private:
  password_attempt(engine_core& core, request_origin const* from)
      : core_(&core), address_(from ? from->address : std::string()) {}

  engine_core* core_;
  std::string address_;
};

}  // namespace sambung
