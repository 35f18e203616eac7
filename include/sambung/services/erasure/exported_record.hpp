// exported_record: one piece of what a user takes along. See account::export_data().
#pragma once

#include <sambung/core/id.hpp>
#include <sambung/records/tenant.hpp>

#include <boost/json/object.hpp>
#include <sambung/core/describe.hpp>

#include <optional>
#include <string>

namespace sambung {

// One record of the user's own data.
struct exported_record {
  std::string table;
  std::optional<sambung::tenant_id> tenant_id;
  boost::json::object record;
};
SAMBUNG_DESCRIBE_STRUCT(exported_record, (), (table, tenant_id, record))

}  // namespace sambung
