#include "storage/postgres/postgres_migration.hpp"

#include "storage/initial.hpp"
#include "storage/migrating.hpp"
#include "storage/postgres/postgres_dialect.hpp"
#include "storage/postgres/postgres_full_text.hpp"
#include "storage/postgres/postgres_modules.hpp"
#include "storage/postgres/postgres_words.hpp"

#include <pqxx/result>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

namespace sambung::sql {
namespace {

constexpr int indexing_steps = 4;
constexpr int max_meetings = 10;
constexpr std::chrono::milliseconds lock_wait(2'000);
constexpr std::string_view lock_not_available = "55P03";

error held_by_another(postgres_error const& e) {
  auto out = failure_of(e);
  out.message =
      "another transaction holds a table that the migration changes: a backup, perhaps, or one that was left open; "
      "start again when it has ended";
  return error(std::move(out));
}

// Whoever serves meanwhile may meet what is one transaction in the server, which lets one of the two go on. While a
// table is waited for, all statements on it wait behind: they are let through for as long.
template <class F>
auto in_spite_of_others(F f) {
  for (int met = 0;; ++met) {
    auto const begun = std::chrono::steady_clock::now();
    try {
      return f();
    } catch (postgres_error const& e) {
      bool const held = e.state() == lock_not_available;
      if (held && met == max_meetings) throw held_by_another(e);
      if (met == max_meetings || !(held || e.is_contended())) throw;
      auto const waited = std::chrono::steady_clock::now() - begun;
      if (held) std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(waited, lock_wait));
    }
  }
}

class migrator {
 public:
  migrator(postgres_connection& connection, migration_plan const& plan, std::string app)
      : connection_(connection), plan_(plan), app_(std::move(app)) {}

  void run() {
    require_utf8();
    // Another server's migration is waited for, but not for ever. The lock ends with the session, whatever happens.
    connection_.run("SET statement_timeout = '10min'; SELECT pg_advisory_lock(hashtextextended(" +
                    quoted("sambung " + plan_.database_schema) + ", 0))");
    // An index of a large table takes as long as it takes; to wait for the table is another matter. The migrator's URL
    // may say how long.
    connection_.run("SET statement_timeout = 0; SELECT set_config('lock_timeout', '" +
                    std::to_string(lock_wait.count()) + "', false) WHERE current_setting('lock_timeout') = '0'");
    make_schema();
    for (auto const& m : plan_.tables.modules())
      if (auto const found = stored_module_of(connection_, m.name()); found.version > m.version())
        throw error(detail::newer_database(m, found.version));
    for (auto const& m : plan_.tables.modules()) bring(m);
  }

 private:
  void require_utf8() {
    auto const encoding = scalar(connection_, "SHOW server_encoding");
    if (encoding != "UTF8") throw error(errc::unsupported, "the database is in " + encoding + " and must be in UTF8");
  }

  void make_schema() {
    auto const name = identifier(plan_.database_schema);
    if (scalar(connection_, "SELECT 1 FROM pg_namespace WHERE nspname = " + quoted(plan_.database_schema)).empty())
      connection_.run("CREATE SCHEMA " + name);
    text_ +=
        "CREATE TABLE IF NOT EXISTS sambung_schema (module text PRIMARY KEY, version bigint NOT NULL, checksum text "
        "NOT NULL); GRANT USAGE ON SCHEMA " +
        name + " TO " + app_ + "; GRANT SELECT ON sambung_schema TO " + app_ + "; " + words_left_table_text(app_);
    commit();
  }

  // What was composed, in one transaction.
  void commit() {
    auto const text = std::exchange(text_, {});
    if (!text.empty()) in_spite_of_others([&] { connection_.run(text); });
  }

  void record(module_schema const& m, int version) {
    text_ += "INSERT INTO sambung_schema (module, version, checksum) VALUES (" + quoted(m.name()) + ", " +
             std::to_string(version) + ", " + quoted(module_checksum(m, plan_.search_language)) +
             ") ON CONFLICT (module) DO UPDATE SET version = excluded.version, checksum = excluded.checksum; ";
  }

  void bring(module_schema const& m) {
    auto const found = stored_module_of(connection_, m.name());
    for (auto const& t : m.tables()) put_no_words_off(t);
    if (found.version == 0) {
      for (auto const& t : m.tables()) create(t);
      finish(m);
    }
    for (auto const& to : m.migrations()) {
      if (found.version == 0 || to.version <= found.version) continue;
      for (auto const& step : to.steps) std::visit([&](auto const& one) { apply(m, one); }, step);
      if (to.version != m.version()) record(m, to.version);
      else finish(m);
      commit();
    }
    if (found.version == m.version() && found.checksum != module_checksum(m, plan_.search_language)) finish(m);
    else if (found.version == m.version()) finish_words(m);
    for (auto const& t : m.tables()) text_ += grant_text(t, app_);
    commit();
  }

  void create(record_description const& t) { text_ += postgres_table_text(t); }

  static record_description const& table_of(module_schema const& m, std::string const& name) {
    return *std::ranges::find(m.tables(), name, &record_description::table);
  }

  void apply(module_schema const& m, add_table const& step) {
    create(table_of(m, step.table));
    created_.insert(step.table);
  }

  // A table that a step before this one added has every column already.
  void apply(module_schema const& m, add_column const& step) {
    auto const& t = table_of(m, step.table);
    auto const& f = t.fields[*t.position(step.column)];
    if (created_.contains(step.table) || has_column(step.table, step.column)) return;
    text_ += postgres_column_text(t, f, detail::initial_value(step.initial_json, f).value()) + "; ";
  }

  void apply(module_schema const& m, add_index const& step) {
    text_ += postgres_index_text(table_of(m, step.table), step.added) + "; ";
  }

  void apply(module_schema const&, allow_null const& step) {
    text_ += "ALTER TABLE " + identifier(step.table) + " ALTER COLUMN " + identifier(step.column) + " DROP NOT NULL; ";
  }

  bool has_column(std::string const& table, std::string_view column) {
    return !scalar(connection_, "SELECT 1 FROM pg_attribute WHERE NOT attisdropped AND attname = " + quoted(column) +
                                    " AND attrelid = to_regclass(" + quoted(identifier(table)) + ")")
                .empty();
  }

  // What follows from the descriptions alone: isolation, references, full text.
  void finish(module_schema const& m) {
    text_ += marking_function_text();
    for (auto const& t : m.tables()) {
      text_ += isolation_text(t);
      if (is_tenant_table(t)) text_ += tenants_function_text(t);
      search(t);
      for (auto const& r : t.references) refer(t, r);
    }
    record(m, m.version());
  }

  // To make one reads the table, and nobody else may meanwhile.
  void refer(record_description const& t, reference const& r) {
    if (has_reference(connection_, t, r)) return;
    text_ += "ALTER TABLE " + identifier(t.table) + " DROP CONSTRAINT IF EXISTS " + identifier(reference_name(t, r)) +
             "; " + postgres_reference_text(t, r) + "; ";
  }

  // The comment of a table's words says what they follow from. Where that is another version, or other columns, rows
  // keep what they have until whoever serves has written their words again.
  void search(record_description const& t) {
    auto const wanted = t.search.empty() ? std::string() : words_print(t, plan_.search_language);
    if (words_comment(t) != wanted) {
      text_ += wanted.empty() ? drop_search_text(t, said_columns(t)) : search_columns_text(t, said_columns(t));
      text_ += all_words_left_text(t);
      if (!wanted.empty()) text_ += words_trigger_text(t, plan_.search_language) + comment_text(t, wanted);
    }
    if (!wanted.empty()) text_ += search_function_text(t, plan_.search_language);
  }

  // Where an earlier version was interrupted.
  void finish_words(module_schema const& m) {
    for (auto const& t : m.tables())
      if (!t.search.empty() && words_comment(t) != words_print(t, plan_.search_language)) search(t);
  }

  // As earlier versions had it do. By itself: the index is held until the transaction ends.
  void put_no_words_off(record_description const& t) {
    if (t.search.empty() || scalar(connection_, "SELECT 1 FROM pg_class WHERE oid = to_regclass(" +
                                                    quoted(identifier(words_index_name(t))) +
                                                    ") AND NOT coalesce(reloptions, '{}') @> '{fastupdate=off}'")
                                .empty())
      return;
    text_ += words_index_text(t);
    commit();
  }

  std::string words_comment(record_description const& t) {
    return scalar(connection_,
                  "SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attname = " + quoted(words_column) +
                      " AND attrelid = to_regclass(" + quoted(identifier(t.table)) + ")");
  }
  std::vector<std::string> said_columns(record_description const& t) {
    return column_of(connection_,
                     "SELECT attname FROM pg_attribute WHERE NOT attisdropped AND starts_with(attname, "
                     "'sambung_said_') AND attrelid = to_regclass(" +
                         quoted(identifier(t.table)) + ")");
  }
  static std::string comment_text(record_description const& t, std::string const& comment) {
    return "COMMENT ON COLUMN " + identifier(t.table) + '.' + identifier(words_column) + " IS " + quoted(comment) +
           "; ";
  }

  postgres_connection& connection_;
  migration_plan const& plan_;
  std::string const app_;
  std::string text_;
  std::set<std::string> created_;
};

}  // namespace

void migrate(postgres_connection& owner, migration_plan const& plan, std::string const& app) {
  migrator(owner, plan, app).run();
  // A small database has all of its words before it is served.
  postgres_indexing indexing;
  auto const step = [&] { return indexing.step(owner, plan.tables); };
  for (int i = 0; i < indexing_steps && in_spite_of_others(step); ++i) continue;
}

}  // namespace sambung::sql
