// What a searchable table's rows lack of their words, where an index is made again.
#pragma once

#include "storage/postgres/postgres_connection.hpp"

namespace sambung::sql {

// Page by page, each in its own transaction: whoever is interrupted goes on where rows have none yet. What a server has
// written meanwhile stays. Throws postgres_error.
void write_missing_words(postgres_connection& owner, record_description const& table);

}  // namespace sambung::sql
