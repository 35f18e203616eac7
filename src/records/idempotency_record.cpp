#include <sambung/records/idempotency_record.hpp>

namespace sambung {

record_description describe_record(record_of<idempotency_record>) {
  return record<idempotency_record>("idempotency_records");
}

}  // namespace sambung
