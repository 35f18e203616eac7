#include "services/erasure/export_plan.hpp"

#include "services/erasure/export_position.hpp"

#include <algorithm>

namespace sambung {
namespace {

bool is_exported(record_description const& table) { return table.ownership.not_exported.empty(); }

}  // namespace

export_plan::export_plan(schema const& s) : schema_(s) {
  for (auto const* table : owned_tables(s))
    if (is_exported(*table)) (is_read_by_tenant(*table) ? by_tenant_ : of_user_).push_back(table);
}

table_list export_plan::parts(record_description const& of) const {
  auto all = parts_of(schema_, of.table);
  std::erase_if(all, [&](auto const* table) {
    auto const& mark = table->ownership;
    return mark.has_owner() || mark.parents.front().table != of.table || !is_exported(*table);
  });
  return all;
}

table_list export_plan::find(std::vector<std::string> const& path) const {
  table_list found;
  for (auto const& name : path) {
    auto among = found.empty() ? of_user_ : parts(*found.back());
    if (found.empty()) among.insert(among.end(), by_tenant_.begin(), by_tenant_.end());
    auto const at = std::ranges::find(among, name, [](auto const* table) { return table->table; });
    if (at == among.end()) throw_foreign_cursor();
    found.push_back(*at);
  }
  return found;
}

record_description const* export_plan::behind(table_list const& all, record_description const* table) {
  auto const at = std::ranges::find(all, table);
  return at == all.end() || at + 1 == all.end() ? nullptr : *(at + 1);
}

}  // namespace sambung
