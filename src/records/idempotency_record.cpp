#include <sambung/records/idempotency_record.hpp>

namespace sambung {

record_description describe_record(record_of<idempotency_record>) {
  return record<idempotency_record>("idempotency_records")
      .text(&idempotency_record::id, 1, 300)
      .text(&idempotency_record::fingerprint, 64, 64)
      .index(&idempotency_record::created_at)
      .owned_by_key()
      .not_exported("hashes and ids of what is exported itself")
      .not_announced("what the call made is");
}

}  // namespace sambung
