#include "storage/ownership_check.hpp"

#include <algorithm>

namespace sambung::detail {
namespace {

using column_names = std::vector<std::string>;

bool begins_with(column_names const& index, column_names const& equal) {
  if (equal.size() > index.size()) return false;
  auto const end = index.begin() + static_cast<std::ptrdiff_t>(equal.size());
  return std::all_of(index.begin(), end, [&](auto const& column) { return std::ranges::count(equal, column) == 1; });
}

bool may_be_null(record_description const& table, std::string const& column) {
  auto const at = table.position(column);
  return at && table.fields[*at].nullable;
}

class ownership_checker {
 public:
  ownership_checker(record_description const& table, std::vector<record_description const*> const& before)
      : table_(table), mark_(table.ownership), before_(before) {}

  std::vector<issue> check() && {
    marks();
    owner();
    for (auto const& parent : mark_.parents) part_of(parent);
    tenant();
    for (auto const& one : table_.references) goes_along(one);
    return std::move(issues_);
  }

 private:
  void fault(std::string_view column, std::string message) {
    auto const separator = column.empty() ? "" : ".";
    issues_.push_back({table_.table + separator + std::string(column), std::move(message)});
  }

  void marks() {
    if (!mark_.personal && (mark_.has_owner() || !mark_.parents.empty()))
      fault("", "a table that is not personal has no owner and no parent");
    if (!mark_.personal && table_.scope == table_scope::system && mark_.why.empty())
      fault("", "a table of the system says why it is not personal");
    if (mark_.is_marked()) return;
    for (auto const& f : table_.fields)
      if (f.user)
        fault(f.name, "a table with a user's id says to whom its rows belong: owned_by, part_of or not_personal");
  }

  void owner() {
    if (!mark_.has_owner()) return;
    if (mark_.kind == owner_kind::key) {
      if (table_.fields.front().type != column_type::text)
        fault(table_.fields.front().name, "a key that begins with its owner's id is text");
      return;
    }
    if (mark_.kind == owner_kind::email) is_text(mark_.owner);
    index_on(owner_columns(table_));
    if (mark_.not_exported.empty()) index_on(export_columns(table_));
  }

  void is_text(std::string const& column) {
    auto const at = table_.position(column);
    if (at && table_.fields[*at].type != column_type::text) fault(column, "must be text");
  }

  void index_on(column_names const& equal) {
    if (order_behind(table_, equal)) return;
    std::string all;
    for (auto const& column : equal) (all += all.empty() ? "" : ", ") += column;
    fault(equal.back(), "rows are found by an index that begins with " + all + " and holds no null behind");
  }

  void part_of(row_parent const& parent) {
    auto const at = table_.position(parent.column);
    auto const found = std::ranges::find(before_, parent.table, [](auto const* one) { return one->table; });
    if (found == before_.end()) return fault(parent.column, "no table before this one is called " + parent.table);
    auto const& other = **found;
    if (!at || other.scope != table_.scope || other.fields.front().type != table_.fields[*at].type)
      return fault(parent.column, "the key of " + parent.table + " is of another kind");
    if (!other.ownership.is_marked() || !other.ownership.personal)
      fault(parent.column, "what is part of " + parent.table + " needs that to be somebody's");
    index_on({parent.column});
  }

  void tenant() {
    if (mark_.tenant.empty()) return;
    if (table_.scope != table_scope::system) return fault(mark_.tenant, "a tenant's table is in its tenant already");
    auto const at = table_.position(mark_.tenant);
    if (!at || table_.fields[*at].type != column_type::uuid) return fault(mark_.tenant, "must be a tenant's id");
    index_on({mark_.tenant});
  }

  // A row could not be erased with its owner while another refers to it.
  void goes_along(reference const& one) {
    auto const found = std::ranges::find(before_, one.table, [](auto const* other) { return other->table; });
    if (found == before_.end()) return;
    auto const& mark = (*found)->ownership;
    if (!mark.has_owner() && mark.parents.empty()) return;
    if (std::ranges::count(mark_.parents, one.table, &row_parent::table) == 0)
      fault(one.column, "what refers to " + one.table + ", which goes with its owner, is part_of it");
  }

  record_description const& table_;
  sambung::ownership const& mark_;
  std::vector<record_description const*> const& before_;
  std::vector<issue> issues_;
};

}  // namespace

std::optional<column_names> order_behind(record_description const& table, column_names const& equal) {
  if (equal.size() == 1 && equal.front() == table.fields.front().name) return column_names();
  for (auto const& one : table.indexes) {
    if (!begins_with(one.columns, equal)) continue;
    column_names rest(one.columns.begin() + static_cast<std::ptrdiff_t>(equal.size()), one.columns.end());
    if (std::ranges::none_of(rest, [&](auto const& column) { return may_be_null(table, column); })) return rest;
  }
  return std::nullopt;
}

column_names owner_columns(record_description const& table) {
  column_names all(1, table.ownership.owner);
  if (is_owned_in_tenants(table)) all.insert(all.begin(), table.ownership.tenant);
  return all;
}

column_names export_columns(record_description const& table) {
  auto all = owner_columns(table);
  for (auto const* word : {&table.ownership.owned_when, &table.ownership.exported_when})
    if (!word->column.empty()) all.push_back(word->column);
  return all;
}

bool is_owned_in_tenants(record_description const& table) {
  auto const& mark = table.ownership;
  return !mark.tenant.empty() && !mark.owner.empty() && !order_behind(table, column_names(1, mark.owner));
}

std::vector<issue> ownership_faults(record_description const& table,
                                    std::vector<record_description const*> const& before) {
  return ownership_checker(table, before).check();
}

}  // namespace sambung::detail
