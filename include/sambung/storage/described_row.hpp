// Rows of tables that are known at run time alone: what typed records get from their types, they get from their
// description.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/value.hpp>

namespace sambung {

// errc::data_loss unless `stored` is a row of `of`: every column there, with a value of its type, null only where it
// may be, and JSON that can be read. Limits are not looked at: they may have been others when it was written.
SAMBUNG_API result<void> check_stored(record_description const& of, row const& stored);

// The row as JSON, as a described struct of the same fields would be; errc::data_loss as above.
SAMBUNG_API result<boost::json::object> json_of_row(record_description const& of, row const& stored);

namespace detail {
// For record_description::codec.
SAMBUNG_API row_codec const& described_row_codec();
}  // namespace detail

}  // namespace sambung
