#include "storage/owner_mark.hpp"

#include <algorithm>

namespace sambung::detail {
namespace {

std::vector<std::string> marked(std::vector<std::string> words, std::optional<uuid> const& owner,
                                record_description const& table) {
  if (!owner) return words;
  auto const mark = owner_mark(*owner);
  if (!table.searched_by_owner) words.push_back(mark);
  else
    for (auto& word : words) word.insert(0, mark);
  return words;
}

}  // namespace

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

std::optional<uuid> named_owner(text_query const& q, record_description const& table) {
  auto const* column = marked_column(table);
  if (!column) return std::nullopt;
  for (auto const& c : q.conditions()) {
    auto const* owner = std::get_if<uuid>(&c.operand);
    if (c.column == column->name && c.op == comparison::equal && owner) return *owner;
  }
  return std::nullopt;
}

std::vector<std::string> marked_words(row const& in, record_description const& table) {
  auto const* column = marked_column(table);
  if (table.search.empty() || !column) return indexed_words(in, table);
  auto const* owner = std::get_if<uuid>(&in[*table.position(column->name)]);
  return marked(indexed_words(in, table), owner ? std::optional(*owner) : std::nullopt, table);
}

std::vector<std::string> marked_words(text_query const& q, record_description const& table) {
  auto words = search_words(q.text());
  return words.empty() ? words : marked(std::move(words), named_owner(q, table), table);
}

}  // namespace sambung::detail
