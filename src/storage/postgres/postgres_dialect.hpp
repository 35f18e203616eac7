// What PostgreSQL spells its own way: types, tables, isolation, full text, and changes that fail when they do nothing.
//
// Isolation: a tenant's table has row-level security, enabled and forced, with a policy that compares tenant_id with
// the setting sambung.tenant_id, which each transaction sets for itself.
//
// Full text: for each searchable column there is sambung_said_<column>, the words of its text (words.hpp), which every
// change writes along. The generated column sambung_words holds them all as a tsvector, in a tenant's table each behind
// a mark of the tenant, under a GIN index. "@@" is not leakproof, so the planner would not use that index behind
// row-level security: a function of the owner searches, within the tenant of the same setting, and gives keys.
#pragma once

#include "storage/sql/statement.hpp"

namespace sambung::sql {

class postgres_dialect final : public dialect {
 public:
  std::string placeholder(std::size_t number) const override { return '$' + std::to_string(number); }
  std::string_view type_name(column_type type) const override;
};

inline constexpr std::string_view words_column = "sambung_words";
inline constexpr std::string_view tenant_policy = "sambung_tenant";
inline constexpr std::string_view owner_policy = "sambung_owner";

// Of a constraint or index: at most 63 bytes, which is where PostgreSQL would cut it.
std::string postgres_name(std::string name);

// The table with every column, its indexes, and its references.
std::string postgres_table_text(record_description const& table);
std::string postgres_column_text(record_description const& table, field const& f, value const& initial);
std::string postgres_index_text(record_description const& table, index const& i);
std::string reference_name(record_description const& table, reference const& r);
std::string postgres_reference_text(record_description const& table, reference const& r);

// Row-level security of a tenant's table, made anew.
std::string isolation_text(record_description const& table);
// What `app` may do with the table.
std::string grant_text(record_description const& table, std::string const& app);

// The column of the words of a searchable one; the table with them behind its own; what is in it for a text.
std::string said_column(std::string const& column);
record_description with_said_columns(record_description table);
std::string said_in(record_description const& table, value const& text);

// The function that puts a mark in front of each word.
std::string marking_function_text();
// The columns and their index; the function that searches it. `language` is a text search configuration.
std::string search_index_text(record_description const& table, std::string const& language);
std::string search_function(record_description const& table);
std::string search_function_text(record_description const& table, std::string const& language);
// `said` names the columns of words that there are.
std::string drop_search_text(record_description const& table, std::vector<std::string> const& said);

// The function that gives the tenants with rows in the table.
std::string tenants_function(record_description const& table);
std::string tenants_function_text(record_description const& table);

// "SELECT set_config(...);" for the transaction that follows in the same string; nothing for the system.
std::string scope_text(scope const& who);

// Whether a page of its rows may have more than max_read_bytes by much.
bool may_be_large(record_description const& table);
// `select`, which is select_text(q), and of its rows only those that a read within max_read_bytes needs to see: one
// more than it gives.
std::string bounded_select_text(record_description const& table, query const& q, std::string const& select);

// Rows of the table by the keys that the search function finds.
std::string postgres_search_text(record_description const& table);

// Statements of one change that fail with division_by_zero where they would change nothing.
std::string strict_update_text(record_description const& table, update_row const& c);
std::string strict_erase_text(record_description const& table, erase_row const& c);
// Locks the row until the transaction ends, against others that require it as well: those who share a lock come and go
// while one who wants to change the row waits, for ever when there are enough of them.
std::string strict_require_text(record_description const& table, require_row const& c);
std::string upsert_text(record_description const& table, increment_row const& c);

std::string_view spelling(comparison op);

}  // namespace sambung::sql
