// Checks that a PostgreSQL database is what the app role needs it to be.
#pragma once

#include "storage/postgres/postgres_migration.hpp"

namespace sambung::sql {

// The name of the connection's role, quoted where SQL needs it.
std::string role_of(postgres_connection& connection);

// As the app: throws error(errc::permission_denied) when row-level security does not bind the role,
// error(errc::unsupported) when the database is older or newer, error(errc::invalid_argument) when a table differs from
// its description or lacks its isolation.
void verify(postgres_connection& app, migration_plan const& plan);

// Throws error(errc::unsupported) when the database holds tables that the plan does not know.
void verify_complete(postgres_connection& app, migration_plan const& plan);

}  // namespace sambung::sql
