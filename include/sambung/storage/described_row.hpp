// Rows where the type of their record is not known: what typed records get from their types, they get from their
// table's description.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/storage/value.hpp>

#include <boost/json/object.hpp>

namespace sambung {

// errc::data_loss unless `stored` is a row of `of`: every column there, with a value of its type, null only where it
// may be, and JSON that can be read. Limits are not looked at: they may have been others when it was written.
SAMBUNG_API result<void> check_stored(record_description const& of, row const& stored);

// to_json() of the record of a row, by its table's description alone: what stands in a JSON column is given as it is
// stored. errc::data_loss for a damaged row.
SAMBUNG_API result<boost::json::object> json_of_row(record_description const& of, row const& stored);

}  // namespace sambung
