#include <sambung/records/provider_key.hpp>

namespace sambung {

record_description describe_record(record_of<provider_key>) {
  return record<provider_key>("provider_keys")
      .text(&provider_key::provider, 1, 100)
      .text(&provider_key::host, 1, 300)
      .text(&provider_key::name, 1, 100)
      .text(&provider_key::envelope, 1, 8'192)
      .internal(&provider_key::envelope)
      .text(&provider_key::last_four, 0, 4)
      .index(&provider_key::owner)
      .index(&provider_key::owner, &provider_key::user_id)
      .index(&provider_key::user_id)
      .owned_by(&provider_key::user_id, &provider_key::owner, key_owner::user)
      .not_exported("a secret")
      .announced_to(&provider_key::user_id);
}

}  // namespace sambung
