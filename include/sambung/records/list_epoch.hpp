#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// How often something was added to a list that may hold only so much: it goes up in the batch that adds, so that of
// two who counted the same number one counts again. A tenant record.
struct list_epoch {
  std::string id;  // "<user id>/<what>" for a list of a user's, "<what>" for one of the tenant's
  std::int64_t count = 0;
};
SAMBUNG_DESCRIBE_STRUCT(list_epoch, (), (id, count))

SAMBUNG_API record_description describe_record(record_of<list_epoch>);

}  // namespace sambung
