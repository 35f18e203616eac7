// Brings a SQLite database to a schema: directly when it is new, otherwise step by step, each version atomically.
#pragma once

#include "storage/sqlite/sqlite_connection.hpp"

namespace sambung::sql {

// Throws error(errc::unsupported) when the database is newer, error(errc::invalid_argument) when its tables differ from
// their descriptions after all steps, error(errc::conflict) when rows that are there do not fit them.
void migrate(sqlite_connection& connection, schema const& s);

// Changes nothing. Throws error(errc::unsupported) unless the database has exactly the modules of `s`, in their
// versions.
void require_versions(sqlite_connection& connection, schema const& s);

}  // namespace sambung::sql
