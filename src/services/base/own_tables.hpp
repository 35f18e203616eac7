// own_tables: what of a database belongs to the application.
#pragma once

#include <sambung/storage/batch.hpp>

#include <string_view>

namespace sambung {

class engine_core;

// Throws error(errc::invalid_argument) unless the table is one of the application's own modules.
void demand_own_table(engine_core const& core, std::string_view table);

// The same for every change of a batch, with an issue for "changes[i].table".
void demand_own_tables(engine_core const& core, batch const& b);

}  // namespace sambung
