// One connection to a SQLite file and its prepared statements. Used by one thread at a time.
#pragma once

#include "storage/sql/dialect.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace sambung::sql {

enum class step_outcome {
  row,
  done,
  not_unique,  // the statement did nothing: a key or unique value is taken
  wrong_type,  // it did nothing: a value does not fit a strict column, such as an integer sum that overflowed
};

// A prepared statement; used through running_statement.
class sqlite_statement {
 public:
  sqlite_statement(sqlite3* connection, std::string const& text);

  sqlite3_stmt* handle() const { return handle_.get(); }

 private:
  struct finalizer {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  std::unique_ptr<sqlite3_stmt, finalizer> handle_;
};

// One run of a statement: bind with put(), step, read columns; resets on destruction. What is put must outlive the run.
class running_statement final : public parameter_sink {
 public:
  explicit running_statement(sqlite_statement& s) : handle_(s.handle()) {}
  ~running_statement() override;
  running_statement(running_statement const&) = delete;
  running_statement& operator=(running_statement const&) = delete;

  void put(value const& v) override;
  void put(uuid const& id) override;
  void put(std::int64_t number) override;
  void put_text(std::string_view text);
  void put_bytes(binary const& bytes);

  // Throws error for everything that step_outcome does not name.
  step_outcome step();

  std::size_t columns() const { return static_cast<std::size_t>(sqlite3_column_count(handle_)); }

  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
  std::string text(int column) const;
  binary bytes(int column) const;
  // Throws error(errc::data_loss) when what is stored is not of the field's type.
  value read(int column, field const& f) const;

 private:
  void check(int code) const;

  sqlite3_stmt* handle_;
  int next_ = 1;
};

enum class connection_kind {
  writer,
  reader,
  snapshot,   // a reader that never makes the file
  immutable,  // the same without locks and "-wal": the caller sees to it that nobody writes
};

class sqlite_connection {
 public:
  // Throws error(errc::unavailable) when the file cannot be opened, error(errc::data_loss) when it is no database.
  sqlite_connection(std::filesystem::path const& path, connection_kind kind, bool synchronous_full = true);

  // Runs statements without parameters or rows.
  void run(std::string const& statements);
  // Runs one statement that is worth keeping prepared, such as COMMIT.
  void run_kept(std::string const& statement);
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  // Rows that the last statement inserted, changed or erased.
  std::int64_t changed() const { return sqlite3_changes64(handle_.get()); }

  sqlite_statement prepare(std::string const& text) { return {handle_.get(), text}; }
  // Whether the statement gathers all its rows to sort them, because no index has them in its order.
  bool sorts(std::string const& text);

  // The statement kept for a shape, prepared from make_text() the first time.
  template <class F>
  sqlite_statement& prepared(std::string const& shape, F&& make_text) {
    if (auto* kept = find(shape)) return *kept;
    return keep(shape, prepare(make_text()));
  }
  // Shapes are of one schema.
  void forget_statements() { kept_.clear(); }

 private:
  struct closer {
    void operator()(sqlite3* c) const { sqlite3_close_v2(c); }
  };
  struct kept_statement {
    sqlite_statement statement;
    std::uint64_t used;
  };

  void set_up(connection_kind kind, bool synchronous_full);
  void require_writable();
  sqlite_statement* find(std::string const& shape);
  sqlite_statement& keep(std::string const& shape, sqlite_statement fresh);

  std::unique_ptr<sqlite3, closer> handle_;
  std::unordered_map<std::string, kept_statement> kept_;
  std::uint64_t uses_ = 0;
};

// f() as one transaction, of which nothing is left when it throws error.
template <class F>
void in_transaction(sqlite_connection& connection, F&& f) {
  connection.run("BEGIN IMMEDIATE");
  try {
    f();
    connection.run("COMMIT");
  } catch (error const&) {
    if (connection.in_transaction()) connection.run("ROLLBACK");
    throw;
  }
}

}  // namespace sambung::sql
