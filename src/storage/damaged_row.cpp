#include <sambung/storage/damaged_row.hpp>

namespace sambung {

damaged_row damaged_row_of(scope const& whose, std::string_view table, value const& key) {
  damaged_row found;
  if (!whose.is_system()) found.tenant = whose.tenant();
  found.table = table;
  if (auto const* id = std::get_if<uuid>(&key)) found.key = to_string(*id);
  else if (auto const* number = std::get_if<std::int64_t>(&key)) found.key = std::to_string(*number);
  else if (auto const* text = std::get_if<std::string>(&key)) found.key = *text;
  return found;
}

}  // namespace sambung
