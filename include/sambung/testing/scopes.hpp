// Scopes for tests of storage adapters and of records. Applications get theirs from the engine.
#pragma once

#include <sambung/storage/scope.hpp>

namespace sambung::testing {

scope tenant_scope(tenant_id tenant);
// The same rows, as a user who acts.
scope member_scope(tenant_id tenant, user_id writer);
scope system_scope();

}  // namespace sambung::testing
