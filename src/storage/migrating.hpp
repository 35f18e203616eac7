// What every backend refuses alike when it migrates.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/schema.hpp>

namespace sambung::detail {

inline failure newer_database(module_schema const& m, int stored) {
  return failure(errc::unsupported, "the database holds version " + std::to_string(stored) + " of module " + m.name() +
                                        "; this program knows version " + std::to_string(m.version()));
}

inline failure unknown_module(std::string const& module) {
  return failure(errc::unsupported, "the database holds the module " + module + ", which this program does not know");
}

// The step after version `from` that adds the column; null without one.
SAMBUNG_API add_column const* adding_step(module_schema const& m, int from, std::string_view table,
                                          std::string_view column);

}  // namespace sambung::detail
