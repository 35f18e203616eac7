// Leaving a tenant, by whatever way: what goes with a membership, and that an owner stays behind.
#pragma once

#include <sambung/records/membership.hpp>

#include "services/base/audit_log.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

// For a batch that takes an owner from a tenant: it succeeds only if no other such batch has come in between, so that
// of two owners who go at once one stays. Throws error(errc::conflict) when `leaving` is the last owner who acts there.
task<change> require_another_owner(engine_core& core, tenant_id home, user_id leaving);

// Whose membership may end: an admin ends no owner's.
enum class departing { anybody, nobody_who_owns };

// Throws error(errc::permission_denied).
[[noreturn]] void throw_owners_only();

// Ends a membership with the tokens that need it and the invitations that the member made, and those to them; sessions
// that are in that tenant are in none then. Throws as
// require_another_owner does; errc::not_found for no member, errc::permission_denied for one that may not.
task<void> end_membership(engine_core& core, tenant_id home, user_id leaving, departing who, audit_entry entry);

// Takes the tenant from every session of the user that is in it.
task<void> clear_sessions(engine_core& core, tenant_id home, user_id user);

}  // namespace sambung
