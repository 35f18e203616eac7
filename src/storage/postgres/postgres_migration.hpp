// Brings a PostgreSQL database to a schema.
#pragma once

#include "storage/postgres/postgres_connection.hpp"

namespace sambung::sql {

struct migration_plan {
  schema const& tables;
  std::string database_schema;  // the PostgreSQL schema that holds them
  std::string search_language;
};

// As the owner: directly when a module is new, otherwise step by step, each version in a transaction. One at a time on
// a database, whoever calls it; `app` may use the tables afterwards. Throws error(errc::unsupported) when the database
// is newer or not in UTF-8, postgres_error.
void migrate(postgres_connection& owner, migration_plan const& plan, std::string const& app);

}  // namespace sambung::sql
