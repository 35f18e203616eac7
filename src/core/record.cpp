#include <sambung/core/error.hpp>
#include <sambung/core/record.hpp>

#include <algorithm>

namespace sambung {

void detail::throw_undescribed(std::string_view what, std::string_view of) {
  throw error(errc::invalid_argument, std::string(what) + " of " + std::string(of) + " is not in its description");
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
