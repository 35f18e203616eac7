#include <sambung/testing/scopes.hpp>

#include "storage/scope_access.hpp"

namespace sambung::testing {

scope tenant_scope(tenant_id tenant) { return scope_access::tenant(tenant); }
scope system_scope() { return scope_access::system(); }

}  // namespace sambung::testing
