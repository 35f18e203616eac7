// Brings a SQLite database to a schema: directly when it is new, otherwise step by step, each version atomically.
#pragma once

#include "sql/sqlite_connection.hpp"

namespace sambung::sql {

// Throws error(errc::unsupported) when the database is newer, error(errc::internal) when its tables differ from their
// descriptions after all steps.
void migrate(sqlite_connection& connection, schema const& s);

}  // namespace sambung::sql
