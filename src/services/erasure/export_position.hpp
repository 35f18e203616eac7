// export_position: where the export of a user's data stands, between two pages.
#pragma once

#include <sambung/core/id.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// A cursor comes from outside: whatever it names is looked up as the user's own.
struct export_position {
  std::vector<std::string> path;      // the table whose rows are read, behind those that its rows are part of
  std::optional<tenant_id> tenant;    // where; with an empty path: the last one that was read
  std::vector<std::string> above;     // for each table but the last: the cursor that ends with the row that is open
  std::optional<std::string> cursor;  // within the rows of the last
};

std::string encode(export_position const& p);

// Throws error(errc::invalid_argument) for what encode() never makes.
export_position decode_position(std::string_view cursor);

[[noreturn]] void throw_foreign_cursor();

}  // namespace sambung
