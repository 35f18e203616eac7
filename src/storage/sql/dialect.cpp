#include "storage/sql/dialect.hpp"

namespace sambung::sql {

std::string identifier(std::string_view name) { return '"' + std::string(name) + '"'; }

}  // namespace sambung::sql
