// sign_up_grant: what lets somebody sign up, and where they will belong. Decided before their address is looked at.
#pragma once

#include <sambung/records/invitation.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/services/auth/auth.hpp>

#include "services/base/audit_log.hpp"

namespace sambung {

class engine_core;

struct sign_up_grant {
  sambung::tenant_id tenant;
  member_role role = member_role::owner;
  std::optional<sambung::tenant> founded;  // a tenant that is made for them
  batch claims;                            // holds only if nobody else used it first
};

// Throws error(errc::permission_denied) when nothing lets them in.
task<sign_up_grant> grant_of(engine_core& core, sign_up_request const& request);

// See auth::sign_up_now().
task<sign_up_policy> current_policy(engine_core& core);

failure sign_up_denied();

}  // namespace sambung
