#include "storage/sqlite/sqlite_migration.hpp"

#include "core/fingerprint.hpp"
#include "storage/index_name.hpp"
#include "storage/initial.hpp"
#include "storage/migrating.hpp"
#include "storage/sql/statement.hpp"
#include "storage/sql/table_definition.hpp"
#include "storage/sqlite/sqlite_dialect.hpp"
#include "storage/sqlite/sqlite_indexing.hpp"

#include <algorithm>
#include <map>

namespace sambung::sql {
namespace {

struct stored_column {
  std::string type;
  bool nullable;
};
using stored_columns = std::map<std::string, stored_column>;

// Everything that makes a module's tables what they are, in one number; recorded for people who look into a database.
std::string checksum(module_schema const& m) {
  fingerprint print;
  for (auto const& t : m.tables()) {
    print.add(create_table_text(t));
    for (auto const& i : t.indexes) print.add(create_index_text(t, i));
    if (!t.search.empty()) print.add(create_trigger_text(t, "insert", words_state::whole));
  }
  return std::to_string(print.value());
}

class migrator {
 public:
  explicit migrator(sqlite_connection& connection) : connection_(connection) {}

  void run(schema const& s) {
    in_transaction(connection_, [&] {
      connection_.run(
          "CREATE TABLE IF NOT EXISTS sambung_schema (module TEXT PRIMARY KEY, version INTEGER NOT NULL, checksum TEXT "
          "NOT NULL) STRICT");
      make_words_left(connection_);
    });
    for (auto const& m : s.modules())
      if (auto const stored = version_of(m.name()); stored > m.version())
        throw error(detail::newer_database(m, stored));
    for (auto const& m : s.modules()) bring(m);
  }

 private:
  // 0 when the module is not there.
  int version_of(std::string const& module) {
    auto statement = connection_.prepare("SELECT version FROM sambung_schema WHERE module = ?1");
    running_statement run(statement);
    run.put_text(module);
    return run.step() == step_outcome::row ? static_cast<int>(run.integer(0)) : 0;
  }

  void record(module_schema const& m, int version) {
    auto statement = connection_.prepare("REPLACE INTO sambung_schema (module, version, checksum) VALUES (?1, ?2, ?3)");
    auto const sum = checksum(m);
    running_statement run(statement);
    run.put_text(m.name());
    run.put(std::int64_t(version));
    run.put_text(sum);
    run.step();
  }

  void bring(module_schema const& m) {
    int const stored = version_of(m.name());
    if (stored == 0) {
      in_transaction(connection_, [&] {
        for (auto const& t : m.tables()) create(t);
        finish(m);
        record(m, m.version());
      });
      return;
    }
    for (auto const& to : m.migrations()) {
      if (to.version <= stored) continue;
      in_transaction(connection_, [&] {
        for (auto const& step : to.steps) std::visit([&](auto const& one) { apply(m, one); }, step);
        if (to.version == m.version()) finish(m);
        record(m, to.version);
      });
    }
    if (stored == m.version()) in_transaction(connection_, [&] { finish(m); });
  }

  void create(record_description const& t) {
    connection_.run(create_table_text(t));
    for (auto const& i : t.indexes) connection_.run(create_index_text(t, i));
  }

  static record_description const& table_of(module_schema const& m, std::string const& name) {
    return *std::ranges::find(m.tables(), name, &record_description::table);
  }

  void apply(module_schema const& m, add_table const& step) { create(table_of(m, step.table)); }

  // A table that a step before this one added has every column already.
  void apply(module_schema const& m, add_column const& step) {
    auto const& t = table_of(m, step.table);
    auto const& f = t.fields[*t.position(step.column)];
    if (columns_of(step.table).contains(step.column)) return;
    connection_.run(add_column_text(t, f, detail::initial_value(step.initial_json, f).value()));
  }

  void apply(module_schema const& m, add_index const& step) {
    connection_.run(create_index_text(table_of(m, step.table), step.added));
  }

  // finish() does it: SQLite takes NOT NULL from a column by making the table again, which needs all that is described.
  void apply(module_schema const&, allow_null const&) {}

  // Brings tables that have to be made again, and full-text indexes, to their descriptions; compares the rest with its
  // own.
  void finish(module_schema const& m) {
    for (auto const& t : m.tables()) {
      if (lacks_an_allowed_null(m, t)) make_again(t);
      verify(t);
      // It was kept by its key until it became searchable.
      if (!t.search.empty() && !columns_of(t.table).contains("row_")) make_again(t);
      bring_words(connection_, t);
    }
  }

  bool lacks_an_allowed_null(module_schema const& m, record_description const& t) {
    auto const stored = columns_of(t.table);
    auto const is_there = [&](field const& f) { return stored.contains(f.name); };
    auto const lacks = [&](field const& f) {
      return f.nullable && !stored.at(f.name).nullable && detail::allows_null(m, t.table, f.name);
    };
    return std::ranges::all_of(t.fields, is_there) && std::ranges::any_of(t.fields, lacks);
  }

  void make_again(record_description const& t) {
    auto fresh = t;
    fresh.table = "sambung_again_" + t.table;
    auto columns = column_list(t, "");
    if (is_tenant_table(t)) columns += ", " + identifier(tenant_column);
    connection_.run(create_table_text(fresh));
    connection_.run("INSERT INTO " + identifier(fresh.table) + " (" + columns + ") SELECT " + columns + " FROM " +
                    identifier(t.table) + " ORDER BY " + identifier(t.fields.front().name));
    connection_.run("DROP TABLE " + identifier(t.table));
    connection_.run("ALTER TABLE " + identifier(fresh.table) + " RENAME TO " + identifier(t.table));
    for (auto const& i : t.indexes) connection_.run(create_index_text(t, i));
  }

  std::string stored_text(std::string const& type, std::string const& name) {
    auto statement = connection_.prepare("SELECT sql FROM sqlite_schema WHERE type = ?1 AND name = ?2");
    running_statement run(statement);
    run.put_text(type);
    run.put_text(name);
    return run.step() == step_outcome::row ? run.text(0) : std::string();
  }

  stored_columns columns_of(std::string const& table) {
    auto statement = connection_.prepare("SELECT name, type, \"notnull\" FROM pragma_table_info(?1)");
    running_statement run(statement);
    run.put_text(table);
    stored_columns out;
    while (run.step() == step_outcome::row) out[run.text(0)] = {run.text(1), run.integer(2) == 0};
    return out;
  }

  void verify(record_description const& t) {
    auto stored = columns_of(t.table);
    if (stored.empty()) throw error(detail::table_missing(t.table));
    stored.erase("row_");
    if (is_tenant_table(t) && stored.erase(std::string(tenant_column)) == 0)
      differs(t, "the column tenant_id is missing");
    for (auto const& f : t.fields) {
      auto const found = stored.find(f.name);
      if (found == stored.end()) throw error(detail::column_missing(t.table, f.name));
      if (found->second.type != sqlite_dialect().type_name(f.type))
        differs(t, "the column " + f.name + " has the type " + found->second.type, f.name);
      if (found->second.nullable != f.nullable)
        differs(t, "the column " + f.name + (f.nullable ? " may not be null" : " may be null"), f.name);
      stored.erase(found);
    }
    if (!stored.empty()) differs(t, "the column " + stored.begin()->first + " is not described", stored.begin()->first);
    for (auto const& i : t.indexes)
      if (stored_text("index", detail::index_name(t, i)).empty())
        throw error(detail::index_missing(t.table, detail::index_name(t, i)));
  }

  [[noreturn]] static void differs(record_description const& t, std::string what, std::string const& column = {}) {
    throw error(detail::differs(t.table, column, std::move(what)));
  }

  sqlite_connection& connection_;
};

// What SQLite does not do with the descriptions and the rows that are there, for the operator.
failure refused_step(failure const& why) {
  bool const of_rows = why.sensitive.find("constraint failed") != why.sensitive.npos;
  failure told(of_rows ? errc::conflict : errc::invalid_argument, "a step of the migration: " + why.sensitive);
  told.sensitive = why.sensitive;
  return told;
}

// By module; none in a database that is not Sambung's.
std::map<std::string, int> stored_versions(sqlite_connection& connection) {
  auto const read = [&](std::string const& text, auto&& each) {
    auto statement = connection.prepare(text);
    running_statement run(statement);
    while (run.step() == step_outcome::row) each(run);
  };
  bool recorded = false;
  read("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'sambung_schema'", [&](auto&) { recorded = true; });
  std::map<std::string, int> versions;
  if (recorded)
    read("SELECT module, version FROM sambung_schema",
         [&](auto const& run) { versions[run.text(0)] = static_cast<int>(run.integer(1)); });
  return versions;
}

}  // namespace

void migrate(sqlite_connection& connection, schema const& s) {
  try {
    migrator(connection).run(s);
  } catch (error const& e) {
    if (e.code() != errc::internal) throw;
    throw error(refused_step(e.why()));
  }
}

void require_versions(sqlite_connection& connection, schema const& s) {
  auto const stored = stored_versions(connection);
  for (auto const& m : s.modules()) {
    auto const found = stored.find(m.name());
    auto other = detail::other_version(m, found == stored.end() ? 0 : found->second);
    if (other) throw error(std::move(*other));
  }
  for (auto const& [module, version] : stored)
    if (std::ranges::find(s.modules(), module, &module_schema::name) == s.modules().end())
      throw error(detail::unknown_module(module));
}

}  // namespace sambung::sql
