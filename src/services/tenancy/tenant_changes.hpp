// Changes of a tenant, whoever makes them: the operator, or a member who may.
#pragma once

#include <sambung/records/tenant.hpp>

#include "services/base/audit_log.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

// Throws as tenants::rename() does. `entry` says who does it.
task<tenant> rename_tenant(engine_core& core, tenant_id id, std::string name, std::int64_t revision, audit_entry entry);

// A tenant of that name with nobody in it; the caller adds it to a batch.
tenant new_tenant(engine_core& core, std::string name);

// What a failed insertion of a tenant, or of a user, is answered with.
[[noreturn]] void throw_taken(failure const& why, char const* what);

}  // namespace sambung
