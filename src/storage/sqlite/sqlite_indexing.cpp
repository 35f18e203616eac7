#include "storage/sqlite/sqlite_indexing.hpp"

#include "storage/sqlite/sqlite_dialect.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace sambung::sql {
namespace {

constexpr std::array<std::string_view, 3> trigger_moments{"insert", "delete", "update"};
// Whoever writes meanwhile waits for so many; fewer where their texts are long.
constexpr std::size_t rows_at_once = 50;

std::string stored_text(sqlite_connection& connection, std::string const& type, std::string const& name) {
  auto statement = connection.prepare("SELECT sql FROM sqlite_schema WHERE type = ?1 AND name = ?2");
  running_statement run(statement);
  run.put_text(type);
  run.put_text(name);
  return run.step() == step_outcome::row ? run.text(0) : std::string();
}

std::int64_t number_of(sqlite_connection& connection, std::string const& text) {
  auto statement = connection.prepare(text);
  running_statement run(statement);
  return run.step() == step_outcome::row ? run.integer(0) : 0;
}

bool has_triggers(sqlite_connection& connection, record_description const& t, words_state how) {
  return std::ranges::all_of(trigger_moments, [&](std::string_view when) {
    auto const wanted = t.search.empty() ? std::string() : create_trigger_text(t, when, how);
    return stored_text(connection, "trigger", words_trigger(t, when)) == wanted;
  });
}

bool is_left(sqlite_connection& connection, std::string const& table) {
  auto statement = connection.prepare("SELECT 1 FROM sambung_unindexed WHERE table_name = ?1 LIMIT 1");
  running_statement run(statement);
  run.put_text(table);
  return run.step() == step_outcome::row;
}

void drop_triggers(sqlite_connection& connection, record_description const& t) {
  for (auto const when : trigger_moments)
    connection.run("DROP TRIGGER IF EXISTS " + identifier(words_trigger(t, when)));
}

void make_triggers(sqlite_connection& connection, record_description const& t, words_state how) {
  drop_triggers(connection, t);
  for (auto const when : trigger_moments) connection.run(create_trigger_text(t, when, how));
}

void make_words(sqlite_connection& connection, record_description const& t) {
  drop_triggers(connection, t);
  connection.run("DROP TABLE IF EXISTS " + identifier(words_table(t)));
  connection.run("DELETE FROM sambung_unindexed WHERE table_name = " + text_literal(t.table));
  if (t.search.empty()) return;
  connection.run(create_words_text(t));
  connection.run(page_words_text(t));
  connection.run(leave_words_text(t));
  make_triggers(connection, t, is_left(connection, t.table) ? words_state::partial : words_state::whole);
}

binary tenant_of(scope const& who) {
  if (who.is_system()) return {};
  auto const id = who.tenant().value;
  auto const bytes = std::as_bytes(std::span(id.bytes));
  return binary(bytes.begin(), bytes.end());
}

// Rows of the tenant in front of a key, newest first.
std::string rows_in_front(record_description const& t, std::string const& columns, value const& place) {
  auto const key = identifier(t.fields.front().name);
  auto out = "SELECT " + columns + " FROM " + identifier(t.table) + " WHERE ";
  out += is_tenant_table(t) ? identifier(tenant_column) + " = ?1" : "?1 IS NOT NULL";
  if (!std::holds_alternative<std::monostate>(place)) out += " AND " + key + " < ?2";
  return out + " ORDER BY " + key + " DESC LIMIT ";
}

// Whether the words of a row can be made of what is stored.
bool has_words_to_give(sqlite_connection& connection, record_description const& t, std::int64_t number) {
  try {
    auto statement = connection.prepare(made_words_text(t));
    running_statement run(statement);
    run.put(number);
    return run.step() == step_outcome::row;
  } catch (error const& e) {
    if (e.code() != errc::data_loss) throw;
    return false;
  }
}

void put_place(running_statement& run, value const& tenant, value const& place) {
  run.put(tenant);
  if (!std::holds_alternative<std::monostate>(place)) run.put(place);
}

}  // namespace

void make_words_left(sqlite_connection& connection) {
  connection.run(
      "CREATE TABLE IF NOT EXISTS sambung_unindexed (table_name TEXT NOT NULL, tenant_id BLOB NOT NULL, place ANY, "
      "PRIMARY KEY (table_name, tenant_id)) STRICT, WITHOUT ROWID");
}

void bring_words(sqlite_connection& connection, record_description const& table) {
  bool const has_index = stored_text(connection, "table", words_table(table)) ==
                         (table.search.empty() ? std::string() : create_words_text(table));
  if (has_index && has_triggers(connection, table, words_state::whole)) return;
  bool const goes_on = has_index && !table.search.empty() && is_left(connection, table.table) &&
                       has_triggers(connection, table, words_state::partial);
  if (!goes_on) make_words(connection, table);
}

bool any_words_left(sqlite_connection& connection) {
  if (stored_text(connection, "table", "sambung_unindexed").empty()) return false;  // nobody migrated it since
  return number_of(connection, "SELECT EXISTS (SELECT 1 FROM sambung_unindexed)") != 0;
}

std::optional<value> lacking_words(sqlite_connection& connection, scope const& who, record_description const& table) {
  value const tenant(tenant_of(who));
  auto const& key = table.fields.front();
  value place;
  {
    auto statement = connection.prepare("SELECT place FROM sambung_unindexed WHERE table_name = ?1 AND tenant_id = ?2");
    running_statement run(statement);
    run.put_text(table.table);
    run.put(tenant);
    if (run.step() != step_outcome::row) return std::nullopt;
    place = run.read(0, key);
  }
  auto statement = connection.prepare(rows_in_front(table, identifier(key.name), place) + std::to_string(rows_at_once));
  running_statement run(statement);
  put_place(run, tenant, place);
  bool any = false;
  for (; run.step() == step_outcome::row; any = true) {
    auto newest = run.read(0, key);
    if (!std::holds_alternative<binary>(newest)) return newest;
  }
  if (any) throw error(errc::data_loss, "the keys of rows that lack their words are damaged");
  return std::nullopt;
}

bool sqlite_indexing::step(sqlite_connection& connection, schema const& s) {
  std::optional<left_rows> some;
  try {
    in_transaction(connection, [&] {
      some = next(connection, s);
      if (some) fill(connection, *some);
    });
  } catch (error const& e) {
    if (e.code() != errc::data_loss || !some) throw;
    fill_what_is_whole(connection, *some);
  }
  return some.has_value();
}

// Behind the place, or else from the beginning.
std::optional<sqlite_indexing::left_rows> sqlite_indexing::next(sqlite_connection& connection, schema const& s) {
  if (auto some = behind_place(connection, s)) return some;
  place_ = {};
  return behind_place(connection, s);
}

// Tables that the program does not know are left to one that does.
std::optional<sqlite_indexing::left_rows> sqlite_indexing::behind_place(sqlite_connection& connection,
                                                                        schema const& s) {
  auto statement = connection.prepare(
      "SELECT table_name, tenant_id, place FROM sambung_unindexed WHERE (table_name, tenant_id) > (?1, ?2) ORDER BY "
      "table_name, tenant_id");
  running_statement run(statement);
  auto const place = place_;
  value const tenant(place.second);
  run.put_text(place.first);
  run.put(tenant);
  while (run.step() == step_outcome::row) {
    auto const* table = s.find(run.text(0));
    if (!table || table->search.empty()) continue;
    place_ = {table->table, run.bytes(1)};
    return left_rows{table, place_.second, run.read(2, table->fields.front())};
  }
  return std::nullopt;
}

void sqlite_indexing::fill(sqlite_connection& connection, left_rows const& some) {
  auto const taken = take(connection, some, look::at_texts);
  add(connection, some, taken);
}

// An index that is damaged itself is no reason to pass over a row. Each is looked at before the transaction, in which
// SQLite refuses everything once it has met damage.
void sqlite_indexing::fill_what_is_whole(sqlite_connection& connection, left_rows const& some) {
  auto taken = take(connection, some, look::at_keys);
  std::erase_if(taken.numbers,
                [&](std::int64_t number) { return !has_words_to_give(connection, *some.table, number); });
  in_transaction(connection, [&] { add(connection, some, taken); });
}

void sqlite_indexing::add(sqlite_connection& connection, left_rows const& some, taken_rows const& taken) {
  auto statement = connection.prepare(fill_words_text(*some.table));
  for (auto const number : taken.numbers) {
    running_statement run(statement);
    run.put(number);
    run.step();
  }
  go_on_behind(connection, some, taken.rest_behind);
}

// The newest of those that are left.
sqlite_indexing::taken_rows sqlite_indexing::take(sqlite_connection& connection, left_rows const& some, look how) {
  auto const& key = some.table->fields.front();
  auto columns = "row_, " + identifier(key.name);
  auto const texts = how == look::at_texts ? some.table->search : std::vector<std::string>();
  for (auto const& column : texts) columns += ", length(CAST(" + identifier(column) + " AS BLOB))";
  auto statement =
      connection.prepare(rows_in_front(*some.table, columns, some.place) + std::to_string(rows_at_once + 1));
  value const tenant(some.tenant);
  running_statement run(statement);
  put_place(run, tenant, some.place);
  taken_rows out;
  std::optional<value> last;
  std::size_t bytes = 0;
  while (run.step() == step_outcome::row) {
    if (out.numbers.size() == rows_at_once || bytes >= max_read_bytes) {
      out.rest_behind = last;
      break;
    }
    out.numbers.push_back(run.integer(0));
    last = run.read(1, key);
    for (std::size_t i = 0; i < texts.size(); ++i)
      bytes += static_cast<std::size_t>(run.integer(static_cast<int>(i) + 2));
  }
  return out;
}

void sqlite_indexing::go_on_behind(sqlite_connection& connection, left_rows const& some,
                                   std::optional<value> const& place) {
  std::string const which = " WHERE table_name = ?1 AND tenant_id = ?2";
  {
    auto const what = place ? "UPDATE sambung_unindexed SET place = ?3" : "DELETE FROM sambung_unindexed";
    auto statement = connection.prepare(what + which);
    value const tenant(some.tenant);
    running_statement run(statement);
    run.put_text(some.table->table);
    run.put(tenant);
    if (place) run.put(*place);
    run.step();
  }
  if (!is_left(connection, some.table->table)) make_triggers(connection, *some.table, words_state::whole);
}

}  // namespace sambung::sql
