// ownership_check: whether the descriptions of tables say, as far as they have to, to whom their rows belong, and
// whether those rows can be found.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sambung::detail {

// The columns, the key apart, by which rows can be read that have given values in the columns `equal`. Empty when no
// index answers that.
SAMBUNG_API std::optional<std::vector<std::string>> order_behind(record_description const& table,
                                                                 std::vector<std::string> const& equal);

// The columns that fix whose a row is; with exported_when's, those that fix what is taken along.
SAMBUNG_API std::vector<std::string> owner_columns(record_description const& table);
SAMBUNG_API std::vector<std::string> export_columns(record_description const& table);

// Whether rows of a system's table are found by tenant and owner together.
SAMBUNG_API bool is_owned_in_tenants(record_description const& table);

// What is wrong with the table's ownership; `before` are the tables that stand before it.
std::vector<issue> ownership_faults(record_description const& table,
                                    std::vector<record_description const*> const& before);

}  // namespace sambung::detail
