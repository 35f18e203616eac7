// Rows whose words are to be written again, because a version makes others or none were written: sambung_unindexed
// says for each table and tenant from which key downwards they are. Servers write them while they serve, as the app.
#pragma once

#include "storage/postgres/postgres_connection.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace sambung::sql {

// As the owner: the table of what is left, for `app`; the statement by which all rows of a table are left, or, of one
// without searchable columns, none.
std::string words_left_table_text(std::string const& app);
std::string all_words_left_text(record_description const& table);

bool any_words_left(postgres_connection& app);

// See storage::lacking_words(). Throws postgres_error.
std::optional<value> lacking_words(postgres_connection& app, scope const& who, record_description const& table);

// Writes what is left, some rows of a tenant's table at a time, each in turn. Several servers may do so at once: what
// is written twice is the same. A row that cannot be written keeps the words that it has. Thread safety: safe to use
// from any thread.
class postgres_indexing {
 public:
  // Whether there are more rows. Throws postgres_error.
  bool step(postgres_connection& app, schema const& s);

 private:
  struct left_rows {
    record_description const* table;
    std::string tenant;
    std::optional<std::string> place;  // rows with a lower key are left; none: all
  };

  static void write_together(postgres_connection& app, left_rows const& some);
  static void write_each(postgres_connection& app, left_rows const& some);
  static std::string go_on_behind(left_rows const& some, pqxx::result const& done, std::size_t most);

  std::optional<left_rows> next(postgres_connection& app, schema const& s);
  std::optional<left_rows> behind_place(postgres_connection& app, schema const& s);

  std::mutex mutex_;
  std::pair<std::string, std::string> place_;  // of what was written last
};

}  // namespace sambung::sql
