#include <sambung/records/session.hpp>

namespace sambung {

record_description describe_record(record_of<session>) {
  return record<session>("sessions")
      .system()
      .text(&session::hash, 64, 64)
      .internal(&session::hash)
      .text(&session::address, 0, 64)
      .text(&session::user_agent, 0, 512)
      .unique(&session::hash)
      .index(&session::user_id)
      .index(&session::expires_at)
      .owned_by(&session::user_id)
      .announced_to(&session::user_id);
}

}  // namespace sambung
