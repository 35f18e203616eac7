// Reads rows from a PostgreSQL database: one round trip each.
#pragma once

#include <sambung/storage/scope.hpp>

#include "storage/postgres/postgres_connection.hpp"

namespace sambung::sql {

// `lead` comes first in the same message. Precondition: check(s, who, q) gave `table`. Throws postgres_error.
rows read_rows(postgres_connection& connection, std::string const& lead, scope const& who,
               record_description const& table, query const& q);
rows read_rows(postgres_connection& connection, std::string const& lead, scope const& who,
               record_description const& table, text_query const& q);

// See storage::tenants(). Precondition: check_tenants() gave `table`. Throws postgres_error.
std::vector<tenant_id> read_tenants(postgres_connection& connection, record_description const& table,
                                    std::optional<tenant_id> const& after);

}  // namespace sambung::sql
