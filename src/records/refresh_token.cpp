#include <sambung/records/refresh_token.hpp>

namespace sambung {

record_description describe_record(record_of<refresh_token>) {
  return record<refresh_token>("refresh_tokens")
      .system()
      .text(&refresh_token::hash, 64, 64)
      .internal(&refresh_token::hash)
      .unique(&refresh_token::hash)
      .index(&refresh_token::session_id)
      .index(&refresh_token::expires_at)
      .part_of(&refresh_token::session_id, "sessions")
      .not_exported("a secret")
      .not_announced("a secret; its session is told");
}

}  // namespace sambung
