// Statements by hand in SQLite's C API, and how long they take: one thread, prepared once, every column fetched and
// nothing made of it.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

inline sqlite3* database = nullptr;

[[noreturn]] inline void fail(char const* what) {
  std::fprintf(stderr, "raw SQLite: %s\n", what);
  std::exit(1);
}

inline void check(int code) {
  if (code != SQLITE_OK) fail(sqlite3_errmsg(database));
}

inline void open_to_read(char const* file) {
  check(sqlite3_open(file, &database));
  check(sqlite3_exec(database, "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON",
                     nullptr, nullptr, nullptr));
}

class statement {
 public:
  explicit statement(char const* sql) {
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr));
  }

  // Runs it and returns the number of rows; every column is fetched, and kept in last().
  template <class... T>
  int operator()(T const&... values) {
    int position = 0;
    (bind(++position, values), ...);
    int rows = 0, code;
    while ((code = sqlite3_step(handle_)) == SQLITE_ROW) {
      last_.resize(static_cast<std::size_t>(sqlite3_column_count(handle_)));
      for (int i = 0; i < sqlite3_column_count(handle_); ++i) {
        auto const* bytes = static_cast<char const*>(sqlite3_column_blob(handle_, i));
        last_[static_cast<std::size_t>(i)].assign(bytes ? bytes : "", bytes ? sqlite3_column_bytes(handle_, i) : 0);
      }
      ++rows;
    }
    if (code != SQLITE_DONE) fail(sqlite3_errmsg(database));
    sqlite3_reset(handle_);
    return rows;
  }
  std::vector<std::string> const& last() const { return last_; }

 private:
  void bind(int at, std::string const& v) {
    // Ids are stored as blobs, everything else that is asked for as text.
    auto const size = static_cast<int>(v.size());
    check(size == 16 ? sqlite3_bind_blob(handle_, at, v.data(), size, SQLITE_STATIC)
                     : sqlite3_bind_text(handle_, at, v.data(), size, SQLITE_STATIC));
  }

  sqlite3_stmt* handle_ = nullptr;
  std::vector<std::string> last_;
};

// Prints a member of a JSON object.
inline void measure(char const* name, int count, int rows, std::function<int()> const& operation) {
  std::vector<double> took_us;
  for (int i = 0; i < count; ++i) {
    auto const started = std::chrono::steady_clock::now();
    if (operation() != rows) fail("an operation found another number of rows");
    took_us.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - started).count());
  }
  std::sort(took_us.begin(), took_us.end());
  std::printf("\"%s\": {\"p50_us\": %.1f, \"p99_us\": %.1f}", name, took_us[took_us.size() / 2],
              took_us[took_us.size() * 99 / 100]);
}
