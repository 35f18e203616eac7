#include <sambung/core/error.hpp>
#include <sambung/core/record.hpp>

#include <algorithm>
#include <utility>

namespace sambung {

void detail::throw_undescribed(std::string_view what, std::string_view of) {
  throw error(errc::invalid_argument, std::string(what) + " of " + std::string(of) + " is not in its description");
}

std::vector<field> detail::fields_of(std::span<member_facts const> members) {
  std::vector<field> fields;
  fields.reserve(members.size());
  for (auto const& member : members) {
    auto& f = fields.emplace_back();
    f.name = member.name;
    f.json_name = camel_case(member.name);
    f.type = member.type;
    f.nullable = member.nullable;
    f.required = !member.nullable && !member.list;
    f.user = member.user;
    f.words = member.words;
    if (f.type == column_type::bytes) f.max_bytes = max_binary_bytes;
  }
  return fields;
}

void detail::adopt_fields(record_description& into, record_description const& from, std::size_t own) {
  for (auto const& inherited : from.fields)
    if (auto const at = into.position(inherited.name); at >= own) into.fields[*at] = inherited;
}

field const& detail::field_of(record_description const& table, std::string_view name, std::string_view of) {
  auto const at = table.position(name);
  if (!at) throw_undescribed(name, of);
  return table.fields[*at];
}

field& detail::field_of(record_description& table, std::string_view name, std::string_view of) {
  return const_cast<field&>(field_of(std::as_const(table), name, of));
}

void detail::add_index(record_description& to, std::initializer_list<std::string_view> columns, bool unique) {
  auto& added = to.indexes.emplace_back();
  for (auto const column : columns) added.columns.emplace_back(column);
  added.unique = unique;
}

std::optional<std::size_t> record_description::position(std::string_view column) const {
  auto const found = std::ranges::find(fields, column, &field::name);
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

std::string camel_case(std::string_view snake) {
  std::string camel;
  bool upper = false;
  for (char const c : snake) {
    if (c == '_') {
      upper = true;
      continue;
    }
    camel += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return camel;
}

}  // namespace sambung
