// The query compiler that the SQL backends share: the text of every statement, and its parameters in the same order.
//
// A tenant's table has a tenant_id column in front of the record's own; its first parameter is always the scope's
// tenant. So no statement can be written that forgets the tenant.
#pragma once

#include <sambung/storage/scope.hpp>

#include "storage/sql/dialect.hpp"

namespace sambung::sql {

// Selects limit + 1 rows, each column of the record in its order; or of each its key alone.
SAMBUNG_API std::string select_text(dialect const& d, record_description const& table, query const& q);
SAMBUNG_API std::string select_keys_text(dialect const& d, record_description const& table, query const& q);
SAMBUNG_API void put_parameters(parameter_sink& out, scope const& who, query const& q);

// Selects the row with a key, each column of the record in its order.
SAMBUNG_API std::string select_row_text(dialect const& d, record_description const& table);

// The order that select_text asks for: "a" ASC, "b" ASC.
SAMBUNG_API std::string order_list(record_description const& table, query const& q);

// What a backend's own search statement is made of: "a", "b" of table alias r.
SAMBUNG_API std::string column_list(record_description const& table, std::string_view alias);
// What narrows the hits, " AND <conditions> AND <key after>", parameters counted from `first`; and the number of the
// parameter behind them, the limit's.
SAMBUNG_API std::string search_conditions(dialect const& d, record_description const& table, text_query const& q,
                                          std::string_view alias, std::size_t first);
SAMBUNG_API std::size_t search_limit(text_query const& q, std::size_t first);
SAMBUNG_API void put_search(parameter_sink& out, text_query const& q);

// Selects the lowest tenant with rows in the table; or the lowest above the parameter.
SAMBUNG_API std::string next_tenant_text(dialect const& d, record_description const& table, bool above);

SAMBUNG_API std::string insert_text(dialect const& d, record_description const& table);
SAMBUNG_API void put_parameters(parameter_sink& out, scope const& who, row const& values);

SAMBUNG_API std::string update_text(dialect const& d, record_description const& table, update_row const& c);
SAMBUNG_API void put_parameters(parameter_sink& out, scope const& who, update_row const& c);

// Adds to a row that is there; the insert for one that is not is insert_text's.
SAMBUNG_API std::string add_text(dialect const& d, record_description const& table, increment_row const& c);
SAMBUNG_API void put_parameters(parameter_sink& out, scope const& who, record_description const& table,
                                increment_row const& c);

SAMBUNG_API std::string erase_text(dialect const& d, record_description const& table, erase_row const& c);
SAMBUNG_API void put_parameters(parameter_sink& out, scope const& who, erase_row const& c);

// Yields one row when the row is there and every condition holds.
SAMBUNG_API std::string require_text(dialect const& d, record_description const& table, require_row const& c);
SAMBUNG_API void put_parameters(parameter_sink& out, scope const& who, require_row const& c);

// Yields one row when the key is there.
SAMBUNG_API std::string exists_text(dialect const& d, record_description const& table);
SAMBUNG_API void put_key(parameter_sink& out, scope const& who, value const& key);

// Yields one row when the key is there: 1, then for each condition 1 or 0, whether it holds.
SAMBUNG_API std::string judgement_text(dialect const& d, record_description const& table,
                                       std::vector<condition> const& conditions);
SAMBUNG_API void put_judgement(parameter_sink& out, scope const& who, value const& key,
                               std::vector<condition> const& conditions);

}  // namespace sambung::sql
