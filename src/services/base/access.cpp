#include "services/base/access.hpp"

#include <sambung/core/error.hpp>

#include "storage/scope_access.hpp"

namespace sambung {
namespace {

template <class Caller>
void check(Caller const& who, permission wanted) {
  if (!who.may(wanted)) throw error(errc::permission_denied, "your role does not allow this");
}

}  // namespace

void demand(principal const& who, permission wanted) { check(who, wanted); }

void demand(identity const& who, permission wanted) { check(who, wanted); }

void throw_not_found() { throw error(errc::not_found, "not found"); }

access access_of(principal const& who, permission wanted) {
  demand(who, wanted);
  return access{scope_access::tenant(who.tenant()), who.user()};
}

scope application_rows(principal const& who) { return scope_access::tenant(who.tenant()); }

scope tenant_rows(tenant_id tenant) { return scope_access::tenant(tenant); }

scope system_rows() { return scope_access::system(); }

}  // namespace sambung
