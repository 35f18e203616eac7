#include "services/base/own_tables.hpp"

#include "services/base/engine_core.hpp"

namespace sambung {
namespace {

bool is_own_table(engine_core const& core, std::string_view table) {
  for (auto const& module : core.schema->modules()) {
    if (module.name() == "sambung") continue;
    for (auto const& own : module.tables())
      if (own.table == table) return true;
  }
  return false;
}

std::string fault_of(std::string_view table) { return "not a table of the application's own: " + std::string(table); }

}  // namespace

void demand_own_table(engine_core const& core, std::string_view table) {
  if (!is_own_table(core, table)) throw error(errc::invalid_argument, fault_of(table));
}

void demand_own_tables(engine_core const& core, batch const& b) {
  for (std::size_t i = 0; i < b.changes().size(); ++i) {
    auto const& table = std::visit([](auto const& one) -> std::string const& { return one.table; }, b.changes()[i]);
    if (is_own_table(core, table)) continue;
    throw error(failure(errc::invalid_argument, fault_of(table),
                        {{"changes[" + std::to_string(i) + "].table", "not the application's own"}}));
  }
}

}  // namespace sambung
