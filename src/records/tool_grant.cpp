#include <sambung/records/tool_grant.hpp>

namespace sambung {

record_description describe_record(record_of<tool_grant>) {
  return record<tool_grant>("tool_grants")
      .text(&tool_grant::tool, 1, 64)
      .text(&tool_grant::fingerprint, 64, 64)
      .internal(&tool_grant::fingerprint)
      .index(&tool_grant::owner_id, &tool_grant::created_at)
      .index(&tool_grant::chat_id)
      .owned_by(&tool_grant::owner_id)
      .part_of(&tool_grant::chat_id, "chats")
      .announced_to(&tool_grant::owner_id);
}

}  // namespace sambung
