// The full-text indexes of a SQLite file, and the rows that they lack.
//
// An index that holds what this version does not make of its rows is made again, empty, and filled while the file is
// served: sambung_unindexed says for each table and tenant up to which key rows are not in the index yet, and while it
// says so of a table, the table's triggers leave such rows alone.
#pragma once

#include "storage/sqlite/sqlite_connection.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace sambung::sql {

// In the transaction of a migration: the table of what is left; the index and the triggers of `table`, or none.
void make_words_left(sqlite_connection& connection);
void bring_words(sqlite_connection& connection, record_description const& table);

bool any_words_left(sqlite_connection& connection);

// See storage::lacking_words().
std::optional<value> lacking_words(sqlite_connection& connection, scope const& who, record_description const& table);

// Fills the indexes of one file, some rows of a tenant's table at a time, each in turn. A row that cannot be read is
// left out. Used by one thread at a time.
class sqlite_indexing {
 public:
  // In a transaction of its own. Whether there are more rows.
  bool step(sqlite_connection& connection, schema const& s);

 private:
  struct left_rows {
    record_description const* table;
    binary tenant;
    value place;  // rows with a lower key are left; null: all
  };

  struct taken_rows {
    std::vector<std::int64_t> numbers;
    std::optional<value> rest_behind;  // none: there are no more
  };

  std::optional<left_rows> next(sqlite_connection& connection, schema const& s);
  std::optional<left_rows> behind_place(sqlite_connection& connection, schema const& s);
  // A row's key is in the index of keys, too, and can be read where its texts cannot.
  enum class look { at_texts, at_keys };

  static void fill(sqlite_connection& connection, left_rows const& some);
  static void fill_what_is_whole(sqlite_connection& connection, left_rows const& some);
  static void add(sqlite_connection& connection, left_rows const& some, taken_rows const& taken);
  static taken_rows take(sqlite_connection& connection, left_rows const& some, look how);
  static void go_on_behind(sqlite_connection& connection, left_rows const& some, std::optional<value> const& place);

  // Of what was filled last.
  std::pair<std::string, binary> place_;
};

}  // namespace sambung::sql
