// owned_rows: where a user's rows are, by what the descriptions say of whose they are.
#pragma once

#include <sambung/storage/query.hpp>

#include <optional>
#include <vector>

namespace sambung {

// A user, by what names them in rows.
struct row_owner {
  user_id id;
  std::optional<std::string> email;
};

using table_list = std::vector<record_description const*>;

// Those whose rows have an owner, as they stand in the schema.
table_list owned_tables(schema const& s);

// Those whose rows are part of rows of `parent`, as they stand in the schema.
table_list parts_of(schema const& s, std::string_view parent);

// Whether the rows of an owner are looked for in each tenant.
bool is_read_by_tenant(record_description const& table);

// What holds for the rows of a user that are taken along: `where` when the table is read by tenant. Empty: there are
// none.
std::optional<std::vector<condition>> exported_conditions(record_description const& table, row_owner const& who,
                                                          std::optional<tenant_id> where);

// Every row that names the user as its owner, the last one first. Empty: there are none.
std::optional<query> owned_rows(record_description const& table, row_owner const& who, std::optional<tenant_id> where);

// Rows that are part of the one with that key, the last one first.
query rows_of_part(record_description const& table, row_parent const& parent, value const& key);

// Rows for which the conditions hold, in the order in which an index has them.
query indexed_rows(record_description const& table, std::vector<condition> const& which, direction d);

// Whether the row says so.
bool says(record_description const& table, row const& in, column_word const& what);

}  // namespace sambung
