#include "storage/sqlite/sqlite_dialect.hpp"

#include "storage/owner_mark.hpp"
#include "storage/sql/table_definition.hpp"
#include "storage/words.hpp"

#include <cstdio>

namespace sambung::sql {
namespace {

// A row this small is kept in the tree of its key. A longer one has a tree of its own, and the key's tree points to it:
// SQLite would put much of it on a page of its own otherwise.
constexpr std::size_t max_bytes_by_key = 1'000;

std::size_t max_bytes(field const& f) {
  if (f.type == column_type::text || f.type == column_type::json || f.type == column_type::bytes) return f.max_bytes;
  return sizeof(uuid);
}

// Whose words they are: the random half of a tenant's id.
constexpr std::size_t mark_digits = 16;
constexpr std::string_view system_mark = "system";

std::string hex(uuid const& id) {
  std::string out;
  for (char const c : to_string(id))
    if (c != '-') out += c;
  return out;
}

std::string doubled(std::string_view text, char quote) {
  std::string out;
  for (char const c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out;
}

struct literal {
  std::string operator()(std::monostate) const { return "NULL"; }
  std::string operator()(bool v) const { return v ? "1" : "0"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const {
    char text[32];
    auto const size = std::snprintf(text, sizeof text, "%.17g", v);
    return std::string(text, static_cast<std::size_t>(size));
  }
  std::string operator()(std::string const& v) const { return "'" + doubled(v, '\'') + "'"; }
  std::string operator()(uuid const& v) const { return "X'" + hex(v) + "'"; }
  std::string operator()(binary const& v) const { return "X'" + to_hex(v) + "'"; }
};

// rowid, words of the row that a trigger calls old or new; without an owner their mark has no digits.
std::string indexed_values(record_description const& table, std::string const& alias) {
  auto const tenant = "substr(lower(hex(" + alias + ".tenant_id)), -" + std::to_string(mark_digits) + ")";
  auto const mark = is_tenant_table(table) ? tenant : "'" + std::string(system_mark) + "'";
  auto const* owner = detail::marked_column(table);
  std::string of_owner;
  if (owner)
    of_owner = mark + " || '" + std::string(detail::owner_sign) + "' || lower(hex(" + alias + '.' +
               identifier(owner->name) + "))";
  auto const how = ", " + (table.searched_by_owner ? of_owner : mark) + ", " + std::to_string(table.search.size()) +
                   ", " + std::to_string(detail::words_version) + ")";
  auto out = alias + ".row_, ";
  for (auto const& column : table.search)
    out += (&column == &table.search.front() ? "sambung_words(" : " || ' ' || sambung_words(") + alias + '.' +
           identifier(column) + how;
  if (owner && !table.searched_by_owner) out += " || ' ' || " + of_owner;
  return out;
}

std::string add_words(record_description const& table) {
  return "INSERT INTO " + identifier(words_table(table)) + " (rowid, words) VALUES (" + indexed_values(table, "new") +
         "); ";
}

// Whether the row of a trigger is one that the index lacks still.
std::string lacks_words(record_description const& table, std::string const& alias) {
  auto const tenant = is_tenant_table(table) ? alias + '.' + identifier(tenant_column) : "x''";
  return "EXISTS (SELECT 1 FROM sambung_unindexed WHERE table_name = " + text_literal(table.table) +
         " AND sambung_unindexed.tenant_id = " + tenant + " AND (place IS NULL OR place > " + alias + '.' +
         identifier(table.fields.front().name) + "))";
}

// An FTS5 table without content forgets a row when it is told what the row said.
std::string remove_words(record_description const& table) {
  auto const name = identifier(words_table(table));
  return "INSERT INTO " + name + " (" + name + ", rowid, words) VALUES ('delete', " + indexed_values(table, "old") +
         "); ";
}

}  // namespace

bool is_kept_by_key(record_description const& table) {
  std::size_t bytes = 0;
  for (auto const& f : table.fields) bytes += max_bytes(f);
  return table.search.empty() && bytes <= max_bytes_by_key;
}

std::string_view sqlite_dialect::type_name(column_type type) const {
  switch (type) {
    case column_type::boolean:
    case column_type::integer:
    case column_type::timestamp:
      return "INTEGER";
    case column_type::real:
      return "REAL";
    case column_type::uuid:
    case column_type::bytes:
      return "BLOB";
    case column_type::text:
    case column_type::json:
      return "TEXT";
  }
  return "ANY";
}

std::string create_table_text(record_description const& table) {
  sqlite_dialect const d;
  bool const by_key = is_kept_by_key(table);
  auto out = "CREATE TABLE " + identifier(table.table) + " (";
  if (!by_key) out += "row_ INTEGER PRIMARY KEY, ";
  if (is_tenant_table(table)) out += identifier(tenant_column) + " BLOB NOT NULL, ";
  for (auto const& f : table.fields) out += column_text(d, f) + ", ";
  auto const key = '(' + key_list(table) + ')';
  return out + (by_key ? "PRIMARY KEY " + key + ") STRICT, WITHOUT ROWID" : "UNIQUE " + key + ") STRICT");
}

std::string add_column_text(record_description const& table, field const& f, value const& initial) {
  auto out = "ALTER TABLE " + identifier(table.table) + " ADD COLUMN " + column_text(sqlite_dialect(), f);
  return out + " DEFAULT " + std::visit(literal{}, initial);
}

std::string words_table(record_description const& table) { return "sambung_words_" + table.table; }

std::string words_trigger(record_description const& table, std::string_view when) {
  return words_table(table) + '_' + std::string(when);
}

std::string create_words_text(record_description const& table) {
  return "CREATE VIRTUAL TABLE " + identifier(words_table(table)) +
         " USING fts5(words, content = '', columnsize = 0, detail = none, tokenize = 'ascii')";
}

// Small pages, so that a search for a rare word reads little.
std::string page_words_text(record_description const& table) {
  auto const words = identifier(words_table(table));
  return "INSERT INTO " + words + " (" + words + ", rank) VALUES ('pgsz', 1000)";
}

std::string create_trigger_text(record_description const& table, std::string_view when, words_state how) {
  auto out = "CREATE TRIGGER " + identifier(words_trigger(table, when)) + " AFTER " + std::string(when);
  if (when == "update") {
    out += " OF ";
    for (auto const& column : table.search) out += (&column == &table.search.front() ? "" : ", ") + identifier(column);
    if (auto const* owner = detail::marked_column(table)) out += ", " + identifier(owner->name);
  }
  out += " ON " + identifier(table.table);
  if (how == words_state::partial) out += " WHEN NOT " + lacks_words(table, when == "insert" ? "new" : "old");
  out += " BEGIN ";
  if (when != "insert") out += remove_words(table);
  if (when != "delete") out += add_words(table);
  return out + "END";
}

std::string made_words_text(record_description const& table) {
  return "SELECT " + indexed_values(table, "r") + " FROM " + identifier(table.table) + " AS r WHERE r.row_ = ?1";
}

std::string fill_words_text(record_description const& table) {
  return "INSERT INTO " + identifier(words_table(table)) + " (rowid, words) " + made_words_text(table);
}

// Each tenant is found by the key alone, whatever rows the one before has.
std::string leave_words_text(record_description const& table) {
  auto const rows = identifier(table.table);
  auto const name = text_literal(table.table);
  if (!is_tenant_table(table))
    return "INSERT INTO sambung_unindexed (table_name, tenant_id) SELECT " + name +
           ", x'' WHERE EXISTS (SELECT 1 FROM " + rows + ")";
  return "WITH RECURSIVE each (id) AS (SELECT min(tenant_id) FROM " + rows +
         " UNION ALL SELECT (SELECT min(tenant_id) FROM " + rows +
         " WHERE tenant_id > each.id) FROM each WHERE each.id IS NOT NULL) INSERT INTO sambung_unindexed (table_name, "
         "tenant_id) SELECT " +
         name + ", id FROM each WHERE id IS NOT NULL";
}

std::string text_literal(std::string const& text) { return literal{}(text); }

// FTS5 gives hits by row number, the newest rows first, and stops when it is told to; by key it would have to read
// every hit and sort. Keys nearly always rise with row numbers, so the newest hits by number are close to the answer:
//
//   newest  the hits with the highest row numbers, more than are asked for
//   late    hits with a lower number than all of those, and yet a key that belongs among the first: rows that were
//           stored behind others with a lower key. Only rows with a key above the last that would be returned are
//           looked at, and of these hardly any has so low a number. None when `newest` holds every hit already.
//
// With fewer newest hits, a rare word would have `late` look at too many rows; with more, a frequent one is slower.
std::string search_text(record_description const& table, text_query const& q) {
  sqlite_dialect const d;
  bool const tenant = is_tenant_table(table);
  std::size_t const first = tenant ? 3 : 2;
  auto const limit = d.placeholder(search_limit(q, first));
  auto const examined = "max(" + limit + ", 1000)";
  auto const words = identifier(words_table(table));
  auto const rows = identifier(table.table) + " AS r";
  auto const key = "r." + identifier(table.fields.front().name);
  auto const narrowed =
      (tenant ? " AND r." + identifier(tenant_column) + " = ?2" : "") + search_conditions(d, table, q, "r", first);
  return "WITH newest (row_, key_) AS MATERIALIZED (SELECT r.row_, " + key + " FROM " + words + " CROSS JOIN " + rows +
         " ON r.row_ = " + words + ".rowid WHERE " + words + " MATCH ?1" + narrowed + " ORDER BY " + words +
         ".rowid DESC LIMIT " + examined + "), late (key_) AS (SELECT " + key + " FROM " + rows + " WHERE TRUE" +
         narrowed + " AND " + key + " > (SELECT key_ FROM newest WHERE (SELECT count(*) FROM newest) = " + examined +
         " ORDER BY key_ DESC LIMIT 1 OFFSET " + limit +
         " - 1) AND r.row_ < (SELECT min(row_) FROM newest) AND EXISTS (SELECT 1 FROM " + words + " WHERE " + words +
         " MATCH ?1 AND " + words +
         ".rowid = r.row_)) SELECT key_ FROM newest UNION ALL SELECT key_ FROM late ORDER BY key_ DESC LIMIT " + limit;
}

std::string match_expression(scope const& who, std::vector<std::string> const& words) {
  auto const mark = who.is_system() ? std::string(system_mark) : hex(who.tenant().value).substr(32 - mark_digits);
  std::string out;
  for (auto const& word : words) out += (out.empty() ? "\"" : " AND \"") + mark + doubled(word, '"') + '"';
  return out;
}

}  // namespace sambung::sql
