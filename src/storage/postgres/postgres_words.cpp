#include "storage/postgres/postgres_words.hpp"

#include "storage/postgres/postgres_dialect.hpp"
#include "storage/postgres/postgres_full_text.hpp"
#include "storage/postgres/postgres_modules.hpp"
#include "storage/sql/table_definition.hpp"

#include <pqxx/result>

#include <algorithm>
#include <array>
#include <limits>

namespace sambung::sql {
namespace {

// Rows whose words are written together: their texts may be as long as their descriptions say.
constexpr std::size_t most_rows_at_once = 50;
constexpr std::size_t most_bytes_at_once = 16 * max_read_bytes;
// Who stands for the tenant of a table that is the system's; also in front of every tenant.
constexpr auto no_tenant = "00000000-0000-0000-0000-000000000000";

std::string tenant_of(scope const& who) { return who.is_system() ? no_tenant : to_string(who.tenant().value); }

std::string set_tenant(record_description const& table, std::string const& tenant) {
  if (!is_tenant_table(table)) return {};
  return "SELECT set_config('sambung.tenant_id', " + quoted(tenant) + ", true); ";
}

std::string entry_of(std::string const& table, std::string const& tenant) {
  return " WHERE table_name = " + quoted(table) + " AND tenant_id = " + quoted(tenant);
}

std::string rows_of(record_description const& table, std::string const& columns, std::string const& tenant) {
  auto const out = set_tenant(table, tenant) + "SELECT " + columns + " FROM " + identifier(table.table) + " WHERE ";
  return out + (is_tenant_table(table) ? identifier(tenant_column) + " = " + quoted(tenant) : "true");
}

// Rows of the tenant in front of a key, newest first.
std::string rows_in_front(record_description const& table, std::string const& columns, std::string const& tenant,
                          std::optional<std::string> const& place) {
  auto const key = identifier(table.fields.front().name);
  auto out = rows_of(table, columns, tenant);
  if (place) out += " AND " + key + " < " + quoted(*place);
  return out + " ORDER BY " + key + " DESC LIMIT ";
}

std::string row_with_key(record_description const& table, std::string const& columns, std::string const& tenant,
                         std::string const& key) {
  return rows_of(table, columns, tenant) + " AND " + identifier(table.fields.front().name) + " = " + quoted(key);
}

// Whether the server refused what one of the rows says, or holds: class 22 and so on of SQLSTATE (PostgreSQL, appendix
// A). Not where it had no room, or met others.
bool is_of_a_row(postgres_error const& e) {
  constexpr std::array classes{"22", "23", "44", "54", "P0", "XX"};
  return std::ranges::any_of(classes, [&](char const* one) { return e.state().starts_with(one); });
}

std::size_t rows_at_once(record_description const& table) {
  std::size_t bytes = 1;
  for (auto const& column : table.search) bytes += table.fields[*table.position(column)].max_bytes;
  return std::clamp<std::size_t>(most_bytes_at_once / bytes, 1, most_rows_at_once);
}

// The words of some rows, whose keys and texts, each with its digest, were read. A text that somebody has changed
// meanwhile has its words from there.
class word_writer {
 public:
  word_writer(record_description const& table, std::string tenant, pqxx::result const& read)
      : table_(table), tenant_(std::move(tenant)), read_(read) {}

  static std::string columns(record_description const& table) {
    auto out = identifier(table.fields.front().name);
    for (auto const& column : table.search) out += ", " + identifier(column) + ", md5(" + identifier(column) + ")";
    return out;
  }

  std::string text() const {
    std::string set, columns = "key", made;
    for (std::size_t n = 0; n < table_.search.size(); ++n) {
      auto const& column = table_.search[n];
      auto const said = identifier(said_column(column)), number = std::to_string(n);
      set += (set.empty() ? "" : ", ") + said + " = CASE WHEN md5(t." + identifier(column) +
             ") IS NOT DISTINCT FROM made.was_" + number + " THEN made.said_" + number + " ELSE t." + said + " END";
      columns += ", was_" + number + ", said_" + number;
    }
    for (std::size_t row = 0; row < read_.size(); ++row) made += (made.empty() ? "(" : ", (") + made_row(row) + ')';
    auto const& key = table_.fields.front();
    auto const within =
        is_tenant_table(table_) ? "t." + identifier(tenant_column) + " = " + quoted(tenant_) + " AND " : std::string();
    return set_tenant(table_, tenant_) + "UPDATE " + identifier(table_.table) + " AS t SET " + set + " FROM (VALUES " +
           made + ") AS made (" + columns + ") WHERE " + within + "t." + identifier(key.name) +
           " = made.key::" + std::string(postgres_dialect().type_name(key.type)) + "; ";
  }

 private:
  std::string made_row(std::size_t row) const {
    auto out = quoted(read_text(read_, row, 0));
    for (std::size_t n = 0; n < table_.search.size(); ++n) {
      auto const text = 2 * n + 1, digest = text + 1;
      bool const none = read_text(read_, row, digest).empty();
      out += none ? ", NULL::text" : ", " + quoted(read_text(read_, row, digest)) + "::text";
      out += ", " + quoted(said_in(table_, value(read_text(read_, row, text))));
    }
    return out;
  }

  record_description const& table_;
  std::string const tenant_;
  pqxx::result const& read_;
};

}  // namespace

std::string words_left_table_text(std::string const& app) {
  return "CREATE TABLE IF NOT EXISTS sambung_unindexed (table_name text COLLATE \"C\" NOT NULL, tenant_id uuid NOT "
         "NULL, place text, PRIMARY KEY (table_name, tenant_id)); GRANT SELECT, UPDATE, DELETE ON sambung_unindexed "
         "TO " +
         app + "; ";
}

std::string all_words_left_text(record_description const& table) {
  auto const name = quoted(table.table);
  auto const out = "DELETE FROM sambung_unindexed WHERE table_name = " + name + "; ";
  if (table.search.empty()) return out;
  std::string const into = "INSERT INTO sambung_unindexed (table_name, tenant_id) SELECT " + name + ", ";
  if (!is_tenant_table(table))
    return out + into + quoted(no_tenant) + "::uuid WHERE EXISTS (SELECT 1 FROM " + identifier(table.table) + "); ";
  auto const all = std::to_string(std::numeric_limits<std::int32_t>::max());
  return out + into + "id FROM " + identifier(tenants_function(table)) + "(NULL, " + all + ") AS id; ";
}

bool any_words_left(postgres_connection& app) {
  if (scalar(app, "SELECT to_regclass('sambung_unindexed')").empty()) return false;
  return !scalar(app, "SELECT 1 FROM sambung_unindexed LIMIT 1").empty();
}

std::optional<value> lacking_words(postgres_connection& app, scope const& who, record_description const& table) {
  auto const tenant = tenant_of(who);
  auto const left = app.run("SELECT place FROM sambung_unindexed" + entry_of(table.table, tenant));
  if (left.empty()) return std::nullopt;
  std::optional<std::string> place;
  if (!left[0][0].is_null()) place = read_text(left, 0, 0);
  auto const& key = table.fields.front();
  auto const newest = app.run(rows_in_front(table, identifier(key.name), tenant, place) + '1');
  if (newest.empty()) return std::nullopt;
  return read_value(newest, 0, 0, key);
}

bool postgres_indexing::step(postgres_connection& app, schema const& s) {
  auto const some = next(app, s);
  if (!some) return false;
  try {
    write_together(app, *some);
  } catch (postgres_error const& e) {
    if (!is_of_a_row(e)) throw;
    write_each(app, *some);
  }
  return true;
}

void postgres_indexing::write_together(postgres_connection& app, left_rows const& some) {
  auto const& t = *some.table;
  auto const most = rows_at_once(t);
  auto const read = app.run(rows_in_front(t, word_writer::columns(t), some.tenant, some.place) + std::to_string(most));
  auto const written = read.empty() ? std::string() : word_writer(t, some.tenant, read).text();
  app.run(written + go_on_behind(some, read, most));
}

void postgres_indexing::write_each(postgres_connection& app, left_rows const& some) {
  auto const& t = *some.table;
  auto const most = rows_at_once(t);
  auto const key = identifier(t.fields.front().name);
  auto const keys = app.run(rows_in_front(t, key, some.tenant, some.place) + std::to_string(most));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    try {
      auto const read = app.run(row_with_key(t, word_writer::columns(t), some.tenant, read_text(keys, i, 0)));
      if (!read.empty()) app.run(word_writer(t, some.tenant, read).text());
    } catch (postgres_error const& e) {
      if (!is_of_a_row(e)) throw;
    }
  }
  app.run(go_on_behind(some, keys, most));
}

// Where another server has been meanwhile, it has gone on already.
std::string postgres_indexing::go_on_behind(left_rows const& some, pqxx::result const& done, std::size_t most) {
  auto const entry = entry_of(some.table->table, some.tenant) + " AND place IS NOT DISTINCT FROM " +
                     (some.place ? quoted(*some.place) : "NULL");
  if (done.size() < most) return "DELETE FROM sambung_unindexed" + entry;
  return "UPDATE sambung_unindexed SET place = " + quoted(read_text(done, done.size() - 1, 0)) + entry;
}

// Behind the place, or else from the beginning.
std::optional<postgres_indexing::left_rows> postgres_indexing::next(postgres_connection& app, schema const& s) {
  std::lock_guard const lock(mutex_);
  if (auto some = behind_place(app, s)) return some;
  place_ = {};
  return behind_place(app, s);
}

// Tables that the program does not know are left to one that does.
std::optional<postgres_indexing::left_rows> postgres_indexing::behind_place(postgres_connection& app, schema const& s) {
  std::string known;
  for (auto const& m : s.modules())
    for (auto const& t : m.tables())
      if (!t.search.empty()) known += (known.empty() ? "" : ", ") + quoted(t.table);
  if (known.empty()) return std::nullopt;
  auto asked = "SELECT table_name, tenant_id, place FROM sambung_unindexed WHERE table_name IN (" + known + ")";
  if (!place_.first.empty())
    asked += " AND (table_name, tenant_id) > (" + quoted(place_.first) + ", " + quoted(place_.second) + ")";
  auto const left = app.run(asked + " ORDER BY table_name, tenant_id LIMIT 1");
  if (left.empty()) return std::nullopt;
  place_ = {read_text(left, 0, 0), read_text(left, 0, 1)};
  left_rows out{s.find(place_.first), place_.second, std::nullopt};
  if (!left[0][2].is_null()) out.place = read_text(left, 0, 2);
  return out;
}

}  // namespace sambung::sql
