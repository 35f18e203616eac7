#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// A count of everything that takes an authority away: sign-out, suspension, a role lowered, a token revoked, a key
// disabled. It goes up in the batch that takes it away; every engine watches it and forgets what it remembered. Other
// rows count what may be claimed once at a time. A system record.
struct security_epoch {
  std::string id = "revocations";
  std::int64_t count = 0;
};
SAMBUNG_DESCRIBE_STRUCT(security_epoch, (), (id, count))

SAMBUNG_API record_description describe_record(record_of<security_epoch>);

}  // namespace sambung
