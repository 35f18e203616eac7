#include <sambung/records/invitation.hpp>

namespace sambung {

record_description describe_record(record_of<invitation>) {
  return record<invitation>("invitations")
      .system()
      .text(&invitation::email, 3, 254)
      .text(&invitation::hash, 64, 64)
      .internal(&invitation::hash)
      .unique(&invitation::hash)
      .index(&invitation::tenant_id)
      .index(&invitation::tenant_id, &invitation::state)
      .index(&invitation::tenant_id, &invitation::email)
      .index(&invitation::tenant_id, &invitation::invited_by, &invitation::state)
      .index(&invitation::email)
      .owned_by_email(&invitation::email)
      .in_tenant(&invitation::tenant_id)
      .not_exported("the tenant's, until somebody proves by its secret that it was sent to them")
      .announced_to(&invitation::invited_by);
}

}  // namespace sambung
