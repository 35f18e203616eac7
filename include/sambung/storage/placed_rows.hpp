// placed_rows: reads that say where to go on. What every list is read by, this SDK's own and those of a collection.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/storage.hpp>

namespace sambung::detail {

// storage::read() and storage::search() for whoever goes on: where there is more, the last row says behind what. One
// whose place in the order is damaged cannot, so as many rows more are read at once as it takes, up to max_rows: there
// may be more than the limit then, and as many as that of them are whole in their places. errc::data_loss where all
// of max_rows, or of max_read_bytes, are damaged so. The storage must outlive the operation.
SAMBUNG_API task<result<rows>> read_to_a_place(storage& store, scope who, record_description const& table, query q);
SAMBUNG_API task<result<rows>> search_to_a_place(storage& store, scope who, record_description const& table,
                                                 text_query q);

}  // namespace sambung::detail
