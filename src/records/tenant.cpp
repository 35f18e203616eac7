#include <sambung/records/tenant.hpp>

namespace sambung {

record_description describe_record(record_of<tenant>) {
  return record<tenant>("tenants")
      .system()
      .text(&tenant::name, 1, 100)
      .text(&tenant::external_id, 1, 200)
      .unique(&tenant::name)
      .unique(&tenant::external_id)
      .index(&tenant::state)
      .not_personal("a tenant outlives whoever suspended it")
      .announced_to_tenant();
}

}  // namespace sambung
