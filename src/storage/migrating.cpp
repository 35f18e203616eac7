#include "storage/migrating.hpp"

#include <sambung/storage/storage.hpp>

#include "storage/index_name.hpp"

#include <algorithm>

namespace sambung {

task<result<void>> storage::adopt(schema_ref) {
  co_return failure(errc::unsupported, "this storage is not opened without being migrated");
}

}  // namespace sambung

namespace sambung::detail {
namespace {

template <class Step, class Names>
Step const* step_after(module_schema const& m, int from, Names&& names) {
  for (auto const& version : m.migrations()) {
    if (version.version <= from) continue;
    for (auto const& one : version.steps)
      if (auto const* step = std::get_if<Step>(&one); step && names(*step)) return step;
  }
  return nullptr;
}

std::string needs(std::string_view step) {
  return "; a new one needs an " + std::string(step) + " step in a new version of its module";
}

bool adds_table(module_schema const& m, int from, std::string const& table) {
  return step_after<add_table>(m, from, [&](add_table const& step) { return step.table == table; });
}

bool adds_index(module_schema const& m, int from, std::string const& table, index const& i) {
  return step_after<sambung::add_index>(
      m, from, [&](sambung::add_index const& step) { return step.table == table && step.added == i; });
}

std::optional<failure> undone_change(module_schema const& m, int from, record_description const& before,
                                     record_description const& next) {
  for (auto const& f : next.fields) {
    auto const at = before.position(f.name);
    if (!at && !adding_step(m, from, next.table, f.name)) return column_missing(next.table, f.name);
    if (!at) continue;
    auto const& was = before.fields[*at];
    if (was.type != f.type) return differs(next.table, f.name, "the column " + f.name + " has another type");
    bool const allowed = f.nullable && allows_null(m, next.table, f.name);
    if (was.nullable != f.nullable && !allowed)
      return differs(next.table, f.name, "the column " + f.name + (f.nullable ? " may not be null" : " may be null"));
  }
  for (auto const& i : next.indexes)
    if (std::ranges::find(before.indexes, i) == before.indexes.end() && !adds_index(m, from, next.table, i))
      return index_missing(next.table, index_name(next, i));
  for (auto const& f : before.fields)
    if (!next.position(f.name)) return differs(next.table, f.name, "the column " + f.name + " is not described");
  return std::nullopt;
}

}  // namespace

failure not_migrated() {
  return failure(errc::unavailable, "the storage was not migrated: engine::start() or storage::migrate() comes first");
}

failure newer_database(module_schema const& m, int stored) {
  return failure(errc::unsupported, "the database holds version " + std::to_string(stored) + " of module " + m.name() +
                                        "; this program knows version " + std::to_string(m.version()));
}

failure unknown_module(std::string const& module) {
  return failure(errc::unsupported, "the database holds the module " + module + ", which this program does not know");
}

std::optional<failure> other_version(module_schema const& m, int stored) {
  if (stored > m.version()) return newer_database(m, stored);
  if (stored == m.version()) return std::nullopt;
  auto const holds = stored == 0 ? "lacks the module " + m.name()
                                 : "holds version " + std::to_string(stored) + " of module " + m.name();
  return failure(errc::unsupported, "the database " + holds + " and must be migrated to version " +
                                        std::to_string(m.version()) +
                                        " first: start an engine that writes to it (database_use::reads_and_writes)");
}

failure differs(std::string const& table, std::string const& column, std::string what) {
  std::vector<issue> where{{column.empty() ? table : table + '.' + column, what}};
  return failure(errc::invalid_argument, "the database differs from the description of " + table + ": " + what,
                 std::move(where));
}

failure table_missing(std::string const& table) {
  return differs(table, {}, "the table is missing" + needs("add_table"));
}

failure column_missing(std::string const& table, std::string const& column) {
  return differs(table, column, "the column " + column + " is missing" + needs("add_column"));
}

failure index_missing(std::string const& table, std::string const& name) {
  return differs(table, {}, "the index " + name + " is missing" + needs("add_index"));
}

add_column const* adding_step(module_schema const& m, int from, std::string_view table, std::string_view column) {
  return step_after<add_column>(m, from,
                                [&](add_column const& step) { return step.table == table && step.column == column; });
}

bool allows_null(module_schema const& m, std::string_view table, std::string_view column) {
  return step_after<allow_null>(m, 0,
                                [&](allow_null const& step) { return step.table == table && step.column == column; });
}

std::optional<failure> undone_change(schema const& before, std::map<std::string, int> const& versions,
                                     schema const& next) {
  for (auto const& m : next.modules()) {
    auto const known = versions.find(m.name());
    if (known == versions.end()) continue;
    for (auto const& t : m.tables()) {
      auto const* was = before.find(t.table);
      if (!was && !adds_table(m, known->second, t.table)) return table_missing(t.table);
      if (!was) continue;
      if (auto found = undone_change(m, known->second, *was, t)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace sambung::detail
