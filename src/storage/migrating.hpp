// What every backend refuses alike when it migrates.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/schema.hpp>

#include <map>
#include <optional>

namespace sambung::detail {

// What calls before the first migration get.
SAMBUNG_API failure not_migrated();

SAMBUNG_API failure newer_database(module_schema const& m, int stored);
SAMBUNG_API failure unknown_module(std::string const& module);

// For whoever may not migrate: the database has another version of the module, or, 0, none. None where it has this one.
SAMBUNG_API std::optional<failure> other_version(module_schema const& m, int stored);

// The database has the module's version and is not what this program describes: a description has changed without its
// migration step, or somebody has changed the database. `column` may be empty.
SAMBUNG_API failure differs(std::string const& table, std::string const& column, std::string what);
SAMBUNG_API failure table_missing(std::string const& table);
SAMBUNG_API failure column_missing(std::string const& table, std::string const& column);
SAMBUNG_API failure index_missing(std::string const& table, std::string const& name);

// The step after version `from` that adds the column; null without one.
SAMBUNG_API add_column const* adding_step(module_schema const& m, int from, std::string_view table,
                                          std::string_view column);

// Whether a step lets the column be null.
SAMBUNG_API bool allows_null(module_schema const& m, std::string_view table, std::string_view column);

// How `next` differs from `before` beyond what its steps after `versions` do.
SAMBUNG_API std::optional<failure> undone_change(schema const& before, std::map<std::string, int> const& versions,
                                                 schema const& next);

}  // namespace sambung::detail
