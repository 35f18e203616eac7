// Erasing many rows of one table in bounded batches that may be cut off, or run beside each other, at any point.
#pragma once

#include "services/base/engine_core.hpp"

namespace sambung {

// Rows that are erased together.
inline constexpr std::size_t erasing_step = 200;

// Erases what `which` finds until it finds nothing; gives how many rows. Something that is gone already is as good as
// erased.
task<std::int64_t> erase_rows(engine_core& core, scope who, query which);

struct found_keys {
  std::vector<uuid> keys;
  bool more = false;  // rows follow: rows of many bytes are found few at a time, whatever was asked for
};

// The keys of the first rows that `which` finds, at most erasing_step. Nothing else of them is read: what is erased may
// be damaged. A key that is no id is left out.
task<found_keys> keys_of(engine_core& core, scope who, query which);

task<bool> any_row(engine_core& core, scope who, query which);

// The change that erases a row of the table that it was read from.
change erase_of(record_description const& table, row const& read);

}  // namespace sambung
