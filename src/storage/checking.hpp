// What the checks of queries and batches share.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/query.hpp>
#include <sambung/storage/scope.hpp>

namespace sambung::detail {

// Lower-case letters, digits and underscores, a letter first, at most 63.
SAMBUNG_API bool is_snake_case(std::string_view name);

inline bool wrong_scope(record_description const& table, scope const& who) {
  return (table.scope == table_scope::system) != who.is_system();
}
SAMBUNG_API std::string wrong_scope_message(record_description const& table);

// "JSON", "bytes": what no index has and no condition compares. Empty for other types.
inline std::optional<std::string_view> incomparable(column_type type) {
  if (type == column_type::json) return "JSON";
  if (type == column_type::bytes) return "bytes";
  return std::nullopt;
}

// Why `v` cannot be compared with the column; null can, and is never equal to anything.
SAMBUNG_API std::optional<std::string> operand_fault(value const& v, field const& column);
SAMBUNG_API std::optional<std::string> condition_fault(condition const& c, record_description const& table);

// errc::invalid_argument: "title: must not be empty (and 2 more)".
SAMBUNG_API failure invalid(std::vector<issue> issues);

}  // namespace sambung::detail
