// active_membership: where a user may act, as stored now. Everything here throws what storage fails with.
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/security/principal.hpp>

#include <optional>

namespace sambung {

class engine_core;

// Whether the user is there, neither suspended nor being erased.
task<bool> is_active(engine_core const& core, user_id user);

// Empty unless the user is a member of the tenant who is not suspended there, and the tenant is active.
task<std::optional<tenant_place>> active_membership(engine_core const& core, user_id user, tenant_id tenant);

// Of the user's first membership in an active tenant.
task<std::optional<tenant_place>> oldest_active_membership(engine_core const& core, user_id user);

}  // namespace sambung
