// identity_store: what the services of tenants, users, members and accounts share: their way to system records, and the
// form of what is stored in them.
#pragma once

#include <sambung/records/membership.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/records/user.hpp>
#include <sambung/security/principal.hpp>

#include "services/base/engine_core.hpp"
#include "storage/scope_access.hpp"

namespace sambung {

// How often a change is tried again when others change the same rows in between.
inline constexpr int identity_attempts = 32;

template <class R>
collection<R> system_records(engine_core const& core) {
  return core.records<R>(scope_access::system());
}

// Empty for errc::not_found; throws every other error.
template <class R>
std::optional<R> if_found(result<R> outcome) {
  if (outcome) return std::move(*outcome);
  if (outcome.error().code != errc::not_found) throw error(outcome.error());
  return std::nullopt;
}

// Throws error(errc::permission_denied) unless the caller may.
void demand(principal const& who, permission wanted);
void demand(identity const& who, permission wanted);

task<result<receipt>> write_system(engine_core& core, batch b);

// For a batch that takes an authority away: counts it, and forgets what was remembered here whatever storage answers.
task<result<receipt>> write_revoking(engine_core& core, batch b);

// Whether a batch was refused because a row that it relied on has changed or gone.
bool was_overtaken(failure const& why);

// errc::not_found when the user is not a member.
task<result<membership>> find_membership(engine_core const& core, tenant_id tenant, user_id user);

// A membership made now.
membership new_membership(engine_core& core, tenant_id tenant, user_id user, member_role role);

// The batch succeeds only while the tenant, or the user, is not being erased; or is active.
change require_present(tenant_id tenant);
change require_present(user_id user);
change require_active(tenant_id tenant);
change require_active(user_id user);

// The rows of a user's memberships, newest tenant first.
query memberships_of(user_id user);

// Why `name` may not be one; empty when it may.
std::optional<std::string> name_fault(std::string_view name);

// Throws error(errc::invalid_argument) with the issue "name".
void check_name(std::string_view name);

}  // namespace sambung
