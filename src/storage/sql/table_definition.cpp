#include "storage/sql/table_definition.hpp"

#include "storage/index_name.hpp"

#include <algorithm>

namespace sambung::sql {

std::string column_text(dialect const& d, field const& f) {
  return identifier(f.name) + ' ' + std::string(d.type_name(f.type)) + (f.nullable ? "" : " NOT NULL");
}

std::string key_list(record_description const& table) {
  auto const key = identifier(table.fields.front().name);
  return is_tenant_table(table) ? identifier(tenant_column) + ", " + key : key;
}

std::string create_index_text(record_description const& table, index const& i) {
  auto columns = i.columns;
  auto const& key = table.fields.front().name;
  if (!i.unique && std::ranges::find(columns, key) == columns.end()) columns.push_back(key);
  std::string list = is_tenant_table(table) ? identifier(tenant_column) : "";
  for (auto const& column : columns) list += (list.empty() ? "" : ", ") + identifier(column);
  return std::string(i.unique ? "CREATE UNIQUE INDEX IF NOT EXISTS " : "CREATE INDEX IF NOT EXISTS ") +
         identifier(detail::index_name(table, i)) + " ON " + identifier(table.table) + " (" + list + ")";
}

}  // namespace sambung::sql
