#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// suspended: nobody acts in it, nothing is lost. deleting: its rows are being erased.
enum class tenant_state { active, suspended, deleting };
SAMBUNG_DESCRIBE_ENUM(tenant_state, active, suspended, deleting)

// A customer of the application: the wall that no row crosses.
struct tenant {
  tenant_id id;
  std::string name;  // unique, 1 to 100 bytes
  timestamp created_at;
  std::int64_t revision = 1;
  tenant_state state = tenant_state::active;
  std::optional<user_id> suspended_by;     // the owner who did; empty: the operator, who alone resumes it then
  std::optional<std::string> external_id;  // the application's own key for it: unique, 1 to 200 bytes
};
SAMBUNG_DESCRIBE_STRUCT(tenant, (), (id, name, created_at, revision, state, suspended_by, external_id))

SAMBUNG_API record_description describe_record(record_of<tenant>);

}  // namespace sambung
