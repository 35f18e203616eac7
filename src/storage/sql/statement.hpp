// The query compiler that the SQL backends share: the text of every statement, and its parameters in the same order.
//
// A tenant's table has a tenant_id column in front of the record's own; its first parameter is always the scope's
// tenant. So no statement can be written that forgets the tenant.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/batch.hpp>
#include <sambung/storage/scope.hpp>

#include <string>
#include <string_view>

namespace sambung::sql {

// What differs between SQL databases.
class SAMBUNG_API dialect {
 public:
  virtual ~dialect() = default;
  virtual std::string placeholder(std::size_t number) const = 0;  // of parameter 1, 2, ...
  virtual std::string_view type_name(column_type type) const = 0;
};

// Takes the parameters of one statement, first to last.
class SAMBUNG_API parameter_sink {
 public:
  virtual ~parameter_sink() = default;
  virtual void put(value const& v) = 0;
  virtual void put(uuid const& id) = 0;
  virtual void put(std::int64_t number) = 0;
};

inline constexpr std::string_view tenant_column = "tenant_id";

inline bool is_tenant_table(record_description const& table) { return table.scope == table_scope::tenant; }

SAMBUNG_API std::string identifier(std::string_view name);

// Statements of the same shape have the same text. Appended to `out`, which names the table already.
SAMBUNG_API void add_shape(std::string& out, std::vector<condition> const& conditions);
SAMBUNG_API std::string shape_of(query const& q);
SAMBUNG_API std::string shape_of(text_query const& q);
SAMBUNG_API std::string shape_of(change const& c);
SAMBUNG_API std::string shape_of_exists(std::string const& table);

// Selects limit + 1 rows, each column of the record in its order.
SAMBUNG_API std::string select_text(dialect const& d, record_description const& table, query const& q);
SAMBUNG_API void put_parameters(parameter_sink& out, scope const& who, query const& q);

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
SAMBUNG_API std::string shape_of_judgement(record_description const& table, std::vector<condition> const& conditions);
SAMBUNG_API std::string judgement_text(dialect const& d, record_description const& table,
                                       std::vector<condition> const& conditions);
SAMBUNG_API void put_judgement(parameter_sink& out, scope const& who, value const& key,
                               std::vector<condition> const& conditions);

// DDL pieces: "title" TEXT NOT NULL; "tenant_id", "id"; the name and the text of an index.
SAMBUNG_API std::string column_text(dialect const& d, field const& f);
SAMBUNG_API std::string key_list(record_description const& table);
SAMBUNG_API std::string index_name(record_description const& table, index const& i);
SAMBUNG_API std::string create_index_text(record_description const& table, index const& i);

}  // namespace sambung::sql
