// What PostgreSQL spells its own way: types, tables, isolation, and changes that fail when they do nothing.
//
// Isolation: a tenant's table has row-level security, enabled and forced, with a policy that compares tenant_id with
// the setting sambung.tenant_id, which each transaction sets for itself.
#pragma once

#include "storage/sql/statement.hpp"

namespace sambung::sql {

class postgres_dialect final : public dialect {
 public:
  std::string placeholder(std::size_t number) const override { return '$' + std::to_string(number); }
  std::string_view type_name(column_type type) const override;
};

inline constexpr std::string_view tenant_policy = "sambung_tenant";
inline constexpr std::string_view owner_policy = "sambung_owner";

// `text` with each @name replaced.
std::string filled(std::string text, std::vector<std::pair<std::string_view, std::string>> const& names);

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

// The function that gives the tenants with rows in the table.
std::string tenants_function(record_description const& table);
std::string tenants_function_text(record_description const& table);

// "SELECT set_config(...);" for the transaction that follows in the same string; nothing for the system.
std::string scope_text(scope const& who);

// Whether a page of its rows may have more than max_read_bytes by much.
bool may_be_large(record_description const& table);
// `select`, which has every column and that order, and of its rows only those that a read within max_read_bytes needs
// to see: one more than it gives.
std::string bounded_select_text(record_description const& table, std::string const& select, std::string const& order);

// Statements of one change that fail with division_by_zero where they would change nothing.
std::string strict_update_text(record_description const& table, update_row const& c);
std::string strict_erase_text(record_description const& table, erase_row const& c);
// Locks the row until the transaction ends, against others that require it as well: those who share a lock come and go
// while one who wants to change the row waits, for ever when there are enough of them.
std::string strict_require_text(record_description const& table, require_row const& c);
std::string upsert_text(record_description const& table, increment_row const& c);

std::string_view spelling(comparison op);

}  // namespace sambung::sql
