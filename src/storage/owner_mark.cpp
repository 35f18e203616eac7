#include "storage/owner_mark.hpp"

#include <algorithm>

namespace sambung::detail {

std::string owner_mark(uuid const& owner) {
  auto digits = to_string(owner);
  std::erase(digits, '-');
  return std::string(owner_sign) + digits;
}

field const* marked_column(record_description const& table) {
  auto const& mark = table.ownership;
  if (mark.kind != owner_kind::user && mark.parents.empty()) return nullptr;
  auto const is_owner = [&](field const& f) {
    bool const named = mark.kind == owner_kind::user ? f.name == mark.owner : f.user;
    return named && f.type == column_type::uuid;
  };
  auto const found = std::ranges::find_if(table.fields, is_owner);
  return found == table.fields.end() ? nullptr : &*found;
}

std::vector<std::string> marked_words(row const& in, record_description const& table) {
  auto out = indexed_words(in, table);
  auto const* column = marked_column(table);
  if (table.search.empty() || !column) return out;
  if (auto const* owner = std::get_if<uuid>(&in[*table.position(column->name)])) out.push_back(owner_mark(*owner));
  return out;
}

std::vector<std::string> marked_words(text_query const& q, record_description const& table) {
  auto out = search_words(q.text());
  auto const* column = marked_column(table);
  if (out.empty() || !column) return out;
  for (auto const& c : q.conditions()) {
    if (c.column != column->name || c.op != comparison::equal) continue;
    if (auto const* owner = std::get_if<uuid>(&c.operand)) out.push_back(owner_mark(*owner));
  }
  return out;
}

}  // namespace sambung::detail
