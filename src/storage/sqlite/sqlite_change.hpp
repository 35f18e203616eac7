// Applies one change inside the transaction that is open.
#pragma once

#include <sambung/storage/scope.hpp>

#include "storage/sqlite/sqlite_connection.hpp"

namespace sambung::sql {

// What was wrong with the change, for change_failure(); the statement then did nothing. Throws error for everything
// that is not the change's own fault.
std::optional<failure> apply_change(sqlite_connection& connection, schema const& s, scope const& who, change const& c);

}  // namespace sambung::sql
