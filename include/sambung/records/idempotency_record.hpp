#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// What a creating call with an idempotency key made, written in the same batch as what it made. Ends after
// engine_options::idempotency_lifetime.
struct idempotency_record {
  std::string id;           // "<user id>/<operation>/<key>"
  uuid subject;             // the id of what was made
  std::string fingerprint;  // of the input: the same key with another input is a mistake
  timestamp created_at;
};
SAMBUNG_DESCRIBE_STRUCT(idempotency_record, (), (id, subject, fingerprint, created_at))

SAMBUNG_API record_description describe_record(record_of<idempotency_record>);

}  // namespace sambung
