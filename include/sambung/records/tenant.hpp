#pragma once

#include <sambung/core/record.hpp>

namespace sambung {

// A customer of the application: the wall that no row crosses.
struct tenant {
  tenant_id id;
  std::string name;  // unique, 1 to 100 bytes
  timestamp created_at;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(tenant, (), (id, name, created_at, revision))

record_description describe_record(record_of<tenant>);

}  // namespace sambung
