// damaged_row: a stored row that could not be read as a record of its table.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/id.hpp>
#include <sambung/storage/scope.hpp>
#include <sambung/storage/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

struct damaged_row {
  std::optional<tenant_id> tenant;  // none: a row of the system
  std::string table;
  std::string key;  // as text; empty when that is damaged, too
};

// Told of damaged rows as they are met, the same one again and again. Called by several threads at once; must not block
// and must not throw.
using damage_observer = std::function<void(damaged_row)>;

SAMBUNG_API damaged_row damaged_row_of(scope const& whose, std::string_view table, value const& key);

}  // namespace sambung
