// Changes of a tenant, whoever makes them: the operator, or a member who may.
#pragma once

#include <sambung/records/membership.hpp>
#include <sambung/records/tenant.hpp>

#include "services/base/audit_log.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

// Throws as tenants::rename() does. `entry` says who does it.
task<tenant> rename_tenant(engine_core& core, tenant_id id, std::string name, std::int64_t revision, audit_entry entry);

// Suspends it: by one of its owners, or by the operator, who counts more. Its running turns stop. Does nothing to one
// that is suspended so already.
task<tenant> suspend_active(engine_core& core, tenant_id id, std::optional<user_id> by, audit_entry entry);

// Resumes what an owner suspended; `by`: the place of an owner. Throws error(errc::permission_denied) when the operator
// suspended it.
task<tenant> resume_suspended(engine_core& core, membership by, audit_entry entry);

// A tenant of that name with nobody in it; the caller adds it to a batch.
tenant new_tenant(engine_core& core, std::string name);

// What a failed insertion of a tenant, or of a user, is answered with.
[[noreturn]] void throw_taken(failure const& why, char const* what);

}  // namespace sambung
