#include <sambung/records/api_token.hpp>

namespace sambung {

record_description describe_record(record_of<api_token>) {
  return record<api_token>("api_tokens")
      .system()
      .text(&api_token::name, 1, 100)
      .text(&api_token::hash, 64, 64)
      .internal(&api_token::hash)
      .unique(&api_token::hash)
      .index(&api_token::tenant_id, &api_token::user_id)
      .owned_by(&api_token::user_id)
      .in_tenant(&api_token::tenant_id)
      .announced_to(&api_token::user_id);
}

}  // namespace sambung
