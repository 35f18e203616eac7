// Erasing rows with everything that is part of them, children first, as the descriptions say it: in bounded batches
// that may be cut off, or run beside each other, at any point.
#pragma once

#include "services/base/engine_core.hpp"

#include <functional>
#include <string_view>

namespace sambung {

// Told how many rows of a table went; of tables that were looked at and had none, too.
using erasing_observer = std::function<void(std::string_view table, std::int64_t rows)>;

// Erases what is part of the row with that key, and leaves the row.
task<void> erase_parts(engine_core& core, scope who, record_description const& of, value key,
                       erasing_observer const& told);

// Closes the rows that `which` finds and erases them with their parts, until it finds nothing.
task<void> erase_whole_rows(engine_core& core, scope who, record_description const& table, query which,
                            erasing_observer const& told);

// The same for one row that was read.
task<void> erase_whole_row(engine_core& core, scope who, record_description const& table, row one,
                           erasing_observer const& told);

}  // namespace sambung
