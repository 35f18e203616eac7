#include <sambung/records/membership.hpp>

namespace sambung {

record_description describe_record(record_of<membership>) {
  return record<membership>("memberships")
      .system()
      .unique(&membership::user_id, &membership::tenant_id)
      .index(&membership::tenant_id)
      .index(&membership::tenant_id, &membership::role)
      .owned_by(&membership::user_id)
      .in_tenant(&membership::tenant_id)
      .announced_to_tenant();
}

}  // namespace sambung
