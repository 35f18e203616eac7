#include <sambung/testing/scopes.hpp>

#include "storage/scope_access.hpp"

namespace sambung::testing {

scope tenant_scope(tenant_id tenant) { return scope_access::tenant(tenant); }
scope member_scope(tenant_id tenant, user_id writer) { return scope_access::written_by(tenant_scope(tenant), writer); }
scope system_scope() { return scope_access::system(); }

}  // namespace sambung::testing
