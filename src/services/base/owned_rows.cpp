#include "services/base/owned_rows.hpp"

#include "storage/ownership_check.hpp"

#include <algorithm>

namespace sambung {
namespace {

template <class Wanted>
table_list tables_that(schema const& s, Wanted const& wanted) {
  table_list all;
  for (auto const& module : s.modules())
    for (auto const& table : module.tables())
      if (wanted(table)) all.push_back(&table);
  return all;
}

condition equals(std::string column, value to) {
  return condition(std::move(column), comparison::equal, std::move(to));
}

// Of what is named "<user id>/..."; '0' follows the slash.
std::vector<condition> begins_with(std::string const& column, user_id id) {
  condition from(column, comparison::greater_equal, to_string(id) + '/');
  condition to(column, comparison::less, to_string(id) + '0');
  return {std::move(from), std::move(to)};
}

std::optional<std::vector<condition>> owner_conditions(record_description const& table, row_owner const& who,
                                                       std::optional<tenant_id> where) {
  auto const& mark = table.ownership;
  if (mark.kind == owner_kind::key) return begins_with(table.fields.front().name, who.id);
  std::vector<condition> all;
  if (where && detail::is_owned_in_tenants(table)) all.push_back(equals(mark.tenant, value(where->value)));
  if (mark.kind == owner_kind::user) all.push_back(equals(mark.owner, value(who.id.value)));
  else if (who.email) all.push_back(equals(mark.owner, value(*who.email)));
  else return std::nullopt;
  return all;
}

}  // namespace

table_list owned_tables(schema const& s) {
  return tables_that(s, [](auto const& table) { return table.ownership.has_owner(); });
}

table_list parts_of(schema const& s, std::string_view parent) {
  return tables_that(s, [&](auto const& table) {
    return std::ranges::count(table.ownership.parents, parent, &row_parent::table) > 0;
  });
}

bool is_read_by_tenant(record_description const& table) {
  return table.scope == table_scope::tenant || detail::is_owned_in_tenants(table);
}

std::optional<std::vector<condition>> exported_conditions(record_description const& table, row_owner const& who,
                                                          std::optional<tenant_id> where) {
  auto all = owner_conditions(table, who, where);
  if (!all) return all;
  for (auto const* word : {&table.ownership.owned_when, &table.ownership.exported_when})
    if (!word->column.empty()) all->push_back(equals(word->column, value(word->word)));
  return all;
}

std::optional<query> owned_rows(record_description const& table, row_owner const& who, std::optional<tenant_id> where) {
  auto const which = owner_conditions(table, who, where);
  if (!which) return std::nullopt;
  return indexed_rows(table, *which, direction::descending);
}

query rows_of_part(record_description const& table, row_parent const& parent, value const& key) {
  return indexed_rows(table, {equals(parent.column, key)}, direction::descending);
}

query indexed_rows(record_description const& table, std::vector<condition> const& which, direction d) {
  query q(table.table);
  std::vector<std::string> equal;
  for (auto const& one : which) {
    if (one.op == comparison::equal) equal.push_back(one.column);
    q = std::move(q).where(one);
  }
  auto order = equal.empty() ? std::nullopt : detail::order_behind(table, equal);
  return std::move(q).order(order.value_or(std::vector<std::string>()), d);
}

bool says(record_description const& table, row const& in, column_word const& what) {
  auto const at = table.position(what.column);
  return at && *at < in.size() && in[*at] == value(what.word);
}

}  // namespace sambung
