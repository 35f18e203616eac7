#include "storage/postgres/postgres_dialect.hpp"

#include "core/fingerprint.hpp"
#include "storage/index_name.hpp"
#include "storage/postgres/postgres_connection.hpp"
#include "storage/postgres/postgres_full_text.hpp"
#include "storage/sql/table_definition.hpp"

#include <algorithm>
#include <cstdio>

namespace sambung::sql {
namespace {

postgres_dialect const spelt;

constexpr std::string_view current_tenant = "(SELECT nullif(current_setting('sambung.tenant_id', true), '')::uuid)";

// Texts up to so long are never too much, as many rows as one read may give.
constexpr std::size_t short_text_bytes = 65'536;

std::string name_of(record_description const& table) { return identifier(table.table); }

// Yields a row when `change` does, and fails otherwise.
std::string strict(std::string const& change) {
  return "WITH done AS (" + change + " RETURNING 1) SELECT 1 / count(*) FROM done";
}

}  // namespace

// `text` with each @name replaced.
std::string filled(std::string text, std::vector<std::pair<std::string_view, std::string>> const& names) {
  for (auto const& [name, replacement] : names)
    for (auto at = text.find(name); at != text.npos; at = text.find(name, at + replacement.size()))
      text.replace(at, name.size(), replacement);
  return text;
}

std::string_view postgres_dialect::type_name(column_type type) const {
  switch (type) {
    case column_type::boolean:
      return "boolean";
    case column_type::integer:
    case column_type::timestamp:
      return "bigint";
    case column_type::real:
      return "double precision";
    case column_type::uuid:
      return "uuid";
    case column_type::bytes:
      return "bytea";
    case column_type::text:
    case column_type::json:
      return "text COLLATE \"C\"";
  }
  return "text";
}

std::string postgres_name(std::string name) {
  constexpr std::size_t longest = 63;
  if (name.size() <= longest) return name;
  char digits[18];
  std::snprintf(digits, sizeof digits, "_%016llx", static_cast<unsigned long long>(fingerprint().add(name).value()));
  return name.substr(0, longest - 17) + digits;
}

std::string postgres_table_text(record_description const& table) {
  auto out = "CREATE TABLE " + name_of(table) + " (";
  if (is_tenant_table(table)) out += identifier(tenant_column) + " uuid NOT NULL, ";
  for (auto const& f : table.fields) out += column_text(spelt, f) + (&f == &table.fields.back() ? "); " : ", ");
  for (auto const& i : table.indexes) out += postgres_index_text(table, i) + "; ";
  // Last: of indexes that cost the same, and in an empty table all do, the planner takes the newest. A kept plan that
  // looks for a key in an index by something else would read everything that a tenant has in it.
  return out + "ALTER TABLE " + name_of(table) + " ADD PRIMARY KEY (" + key_list(table) + "); ";
}

std::string postgres_column_text(record_description const& table, field const& f, value const& initial) {
  execution literal("");
  literal.put(initial);
  auto const text = std::move(literal).text();
  auto const begin = text.find('(') + 1;
  // The default stays: a server of the version before does not name the column in what it inserts.
  return "ALTER TABLE " + name_of(table) + " ADD COLUMN " + column_text(spelt, f) + " DEFAULT " +
         text.substr(begin, text.size() - begin - 2);
}

std::string postgres_index_text(record_description const& table, index const& i) {
  auto out = create_index_text(table, i);
  auto const name = identifier(detail::index_name(table, i));
  return out.replace(out.find(name), name.size(), identifier(postgres_name(detail::index_name(table, i))));
}

std::string reference_name(record_description const& table, reference const& r) {
  return postgres_name(table.table + "_of_" + r.column);
}

std::string postgres_reference_text(record_description const& table, reference const& r) {
  auto const tenant = is_tenant_table(table) ? identifier(tenant_column) + ", " : std::string();
  return "ALTER TABLE " + name_of(table) + " ADD CONSTRAINT " + identifier(reference_name(table, r)) +
         " FOREIGN KEY (" + tenant + identifier(r.column) + ") REFERENCES " + identifier(r.table);
}

std::string isolation_text(record_description const& table) {
  if (!is_tenant_table(table)) return {};
  auto const name = name_of(table);
  auto const make = [&](std::string_view policy, std::string const& rest) {
    return "DROP POLICY IF EXISTS " + identifier(policy) + " ON " + name + "; CREATE POLICY " + identifier(policy) +
           " ON " + name + rest + "; ";
  };
  auto out = "ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY; ALTER TABLE " + name + " FORCE ROW LEVEL SECURITY; " +
             make(tenant_policy, " USING (" + identifier(tenant_column) + " = " + std::string(current_tenant) + ")");
  // For functions that run as the owner: one searches and compares the tenant itself, one gives nothing but tenants.
  return out + make(owner_policy, " FOR SELECT TO CURRENT_USER USING (true)") + "DROP POLICY IF EXISTS " +
         identifier("sambung_search") + " ON " + name + "; ";  // its name in earlier versions
}

std::string grant_text(record_description const& table, std::string const& app) {
  auto out = "REVOKE ALL ON " + name_of(table) + " FROM PUBLIC; GRANT SELECT, INSERT, UPDATE, DELETE ON " +
             name_of(table) + " TO " + app + "; ";
  auto const let_call = [&](std::string const& function) {
    return "REVOKE ALL ON FUNCTION " + identifier(function) + " FROM PUBLIC; GRANT EXECUTE ON FUNCTION " +
           identifier(function) + " TO " + app + "; ";
  };
  if (!table.search.empty()) out += let_call(search_function(table));
  if (is_tenant_table(table)) out += let_call(tenants_function(table));
  return out;
}

std::string tenants_function(record_description const& table) {
  return postgres_name("sambung_tenants_" + table.table);
}

std::string tenants_function_text(record_description const& table) {
  constexpr auto body = R"sql(
CREATE OR REPLACE FUNCTION @function (behind uuid, most bigint)
  RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $tenants$
DECLARE
  one uuid := behind;
BEGIN
  FOR i IN 1 .. most LOOP
    IF one IS NULL THEN
      SELECT @tenant INTO one FROM @table ORDER BY @tenant LIMIT 1;
    ELSE
      SELECT @tenant INTO one FROM @table WHERE @tenant > one ORDER BY @tenant LIMIT 1;
    END IF;
    EXIT WHEN one IS NULL;
    RETURN NEXT one;
  END LOOP;
END
$tenants$; )sql";
  return filled(body, {{"@function", identifier(tenants_function(table))},
                       {"@tenant", identifier(tenant_column)},
                       {"@table", name_of(table)}});
}

std::string scope_text(scope const& who) {
  if (who.is_system()) return {};
  return "SELECT set_config('sambung.tenant_id', '" + to_string(who.tenant().value) + "', true); ";
}

bool may_be_large(record_description const& table) {
  return std::ranges::any_of(table.fields, [](field const& f) {
    bool const limited = f.type == column_type::text || f.type == column_type::bytes;
    return f.type == column_type::json || (limited && f.max_bytes > short_text_bytes);
  });
}

std::string bounded_select_text(record_description const& table, std::string const& select, std::string const& order) {
  std::string sizes;
  for (auto const& f : table.fields) {
    if (f.type != column_type::text && f.type != column_type::json && f.type != column_type::bytes) continue;
    if (!sizes.empty()) sizes += " + ";
    sizes += "coalesce(octet_length(" + identifier(f.name) + "), 0)";
  }
  // Of the row before, so that the row behind the last one comes too and tells that there is one.
  auto const before = "sum(" + sizes + ") OVER (ORDER BY " + order +
                      " ROWS BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING) AS sambung_before";
  auto const columns = column_list(table, "");
  return "SELECT " + columns + " FROM (SELECT " + columns + ", " + before + " FROM (" + select +
         ") AS page) AS sized WHERE coalesce(sambung_before, 0) < " + std::to_string(max_read_bytes) + " ORDER BY " +
         order;
}

std::string strict_update_text(record_description const& table, update_row const& c) {
  return strict(update_text(spelt, table, c));
}
std::string strict_erase_text(record_description const& table, erase_row const& c) {
  return strict(erase_text(spelt, table, c));
}
std::string strict_require_text(record_description const& table, require_row const& c) {
  return "SELECT 1 / count(*) FROM (" + require_text(spelt, table, c) + " FOR NO KEY UPDATE) AS held";
}

std::string upsert_text(record_description const& table, increment_row const& c) {
  auto out = insert_text(spelt, table) + " ON CONFLICT (" + key_list(table) + ") DO ";
  if (c.add.empty()) return out + "NOTHING";
  out += "UPDATE SET ";
  for (auto const& column : c.add) {
    auto const name = identifier(column);
    if (&column != &c.add.front()) out += ", ";
    out += name + " = " + name_of(table) + '.' + name + " + excluded." + name;
  }
  return out;
}

std::string_view spelling(comparison op) {
  switch (op) {
    case comparison::equal:
      return "=";
    case comparison::not_equal:
      return "<>";
    case comparison::less:
      return "<";
    case comparison::less_equal:
      return "<=";
    case comparison::greater:
      return ">";
    case comparison::greater_equal:
      return ">=";
    case comparison::is_null:
      return "IS NULL";
    case comparison::is_not_null:
      return "IS NOT NULL";
  }
  return "=";
}

}  // namespace sambung::sql
