#include <sambung/records/password.hpp>

namespace sambung {

record_description describe_record(record_of<password>) {
  return record<password>("passwords")
      .system()
      .text(&password::hash, 1, 512)
      .internal(&password::hash)
      .owned_by(&password::user_id)
      .not_exported("a secret")
      .not_announced("a secret; the sessions that end with it are told");
}

}  // namespace sambung
