// Brings a PostgreSQL database to a schema, and checks that it is what the app role needs it to be.
#pragma once

#include "storage/postgres/postgres_connection.hpp"

namespace sambung::sql {

struct migration_plan {
  schema const& tables;
  std::string database_schema;  // the PostgreSQL schema that holds them
  std::string search_language;
};

// The name of the connection's role, quoted where SQL needs it.
std::string role_of(postgres_connection& connection);

// As the owner: directly when a module is new, otherwise step by step, each version in a transaction. One at a time on
// a database, whoever calls it; `app` may use the tables afterwards. Throws error(errc::unsupported) when the database
// is newer or not in UTF-8, postgres_error.
void migrate(postgres_connection& owner, migration_plan const& plan, std::string const& app);

// As the app: throws error(errc::permission_denied) when row-level security does not bind the role,
// error(errc::unsupported) when the database is older or newer, error(errc::invalid_argument) when a table differs from
// its description or lacks its isolation.
void verify(postgres_connection& app, migration_plan const& plan);

// Throws error(errc::unsupported) when the database holds tables that the plan does not know.
void verify_complete(postgres_connection& app, migration_plan const& plan);

}  // namespace sambung::sql
