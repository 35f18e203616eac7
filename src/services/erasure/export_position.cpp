#include "services/erasure/export_position.hpp"

#include <sambung/core/error.hpp>

#include "core/base64url.hpp"

#include <algorithm>

namespace sambung {
namespace {

// More than any path of tables has.
constexpr std::size_t most_tables = 16;

std::string joined(std::vector<std::string> const& all) {
  std::string text;
  for (auto const& one : all) (text += text.empty() ? "" : "/") += one;
  return text;
}

std::vector<std::string> parted(std::string_view text, char by) {
  std::vector<std::string> all;
  while (!text.empty()) {
    auto const end = std::min(text.find(by), text.size());
    all.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (all.size() > most_tables) throw_foreign_cursor();
  }
  return all;
}

std::string_view take_field(std::string_view& rest) {
  auto const end = rest.find('|');
  if (end == rest.npos) throw_foreign_cursor();
  auto const field = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return field;
}

std::optional<tenant_id> take_tenant(std::string_view& rest) {
  auto const field = take_field(rest);
  if (field.empty()) return std::nullopt;
  auto const parsed = parse_uuid(field);
  if (!parsed) throw_foreign_cursor();
  return tenant_id{*parsed};
}

}  // namespace

void throw_foreign_cursor() {
  std::string const message = "not a cursor of this list";
  throw error(failure(errc::invalid_argument, "cursor: " + message, {{"cursor", message}}));
}

std::string encode(export_position const& p) {
  auto const where = p.tenant ? to_string(*p.tenant) : std::string();
  return to_base64url(joined(p.path) + '|' + where + '|' + joined(p.above) + '|' + p.cursor.value_or(std::string()));
}

export_position decode_position(std::string_view cursor) {
  auto const text = from_base64url(cursor);
  if (!text) throw_foreign_cursor();
  std::string_view rest = *text;
  export_position p;
  p.path = parted(take_field(rest), '/');
  p.tenant = take_tenant(rest);
  p.above = parted(take_field(rest), '/');
  if (!rest.empty()) p.cursor = std::string(rest);
  bool const fits = p.path.empty() ? p.above.empty() && !p.cursor : p.above.size() + 1 == p.path.size();
  if (!fits) throw_foreign_cursor();
  return p;
}

}  // namespace sambung
