#include <sambung/records/audit_entry.hpp>

namespace sambung {

record_description describe_record(record_of<audit_entry>) {
  return record<audit_entry>("audit_entries")
      .system()
      .text(&audit_entry::action, 1, 100)
      .text(&audit_entry::subject, 0, 200)
      .text(&audit_entry::detail, 0, 500)
      .text(&audit_entry::authenticated_by, 0, 20)
      .text(&audit_entry::address, 0, 64)
      .index(&audit_entry::tenant_id)
      .index(&audit_entry::tenant_id, &audit_entry::actor_id)
      .index(&audit_entry::actor_id)
      .owned_by(&audit_entry::actor_id)
      .not_erased("what was done has to be told also when whoever did it has gone")
      .not_announced("read by those who look after the tenant, when they do");
}

}  // namespace sambung
