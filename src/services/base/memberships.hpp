// memberships: who belongs to which tenant, and that both are still there.
#pragma once

#include <sambung/records/membership.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/records/user.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

// errc::not_found when the user is not a member.
task<result<membership>> find_membership(engine_core const& core, tenant_id tenant, user_id user);

// A membership made now.
membership new_membership(engine_core& core, tenant_id tenant, user_id user, member_role role);

// The rows of a user's memberships, newest tenant first.
query memberships_of(user_id user);

// The batch succeeds only while the tenant, or the user, is not being erased; or is active.
change require_present(tenant_id tenant);
change require_present(user_id user);
change require_active(tenant_id tenant);
change require_active(user_id user);

}  // namespace sambung
