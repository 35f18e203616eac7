// The floor of P9: the look-ups of bench_lookups by hand, in SQLite's C API, on the file that it filled.
//
//   bench_sqlite_lookups FILE COUNT    prints one line of JSON
//
// One thread, statements prepared once, every column fetched and nothing made of it. The search asks for hits in the
// order in which they were stored, which is what somebody would write who knows that keys rise with time.
#include "made_up_text.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace {

sqlite3* database = nullptr;

[[noreturn]] void fail(char const* what) {
  std::fprintf(stderr, "bench_sqlite_lookups: %s\n", what);
  std::exit(1);
}

void check(int code) {
  if (code != SQLITE_OK) fail(sqlite3_errmsg(database));
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

void measure(char const* name, int count, int rows, std::function<int()> const& operation) {
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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: %s FILE COUNT\n", argv[0]), 2;
  int const count = std::atoi(argv[2]);
  check(sqlite3_open(argv[1], &database));
  check(sqlite3_exec(database, "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON",
                     nullptr, nullptr, nullptr));

  statement tenant_of("SELECT id, lower(hex(id)) FROM tenants WHERE name = 'bench-0'");
  statement long_chat("SELECT id, owner_id FROM chats WHERE tenant_id = ? AND title = 'The long one'");
  if (tenant_of() != 1) fail("there is no tenant bench-0");
  auto const tenant = tenant_of.last()[0], scope = tenant_of.last()[1];
  if (long_chat(tenant) != 1) fail("there is no long chat");
  auto const chat = long_chat.last()[0], owner = long_chat.last()[1];

#define CHAT_COLUMNS \
  "id, owner_id, title, model, system_prompt, head_id, cancel_after_ms, state, created_at, updated_at, revision"
#define MESSAGE_COLUMNS                                                                                     \
  "id, chat_id, parent_id, depth, role, parts, state, reason, model, finish_reason, usage, cost_microusd, " \
  "last_event, "                                                                                            \
  "created_at, updated_at, revision"
  statement list("SELECT " CHAT_COLUMNS
                 " FROM chats WHERE tenant_id = ? AND owner_id = ? AND state = 'active' ORDER BY id DESC LIMIT 51");
  statement chat_by_key("SELECT " CHAT_COLUMNS " FROM chats WHERE tenant_id = ? AND id = ?");
  statement message_by_key("SELECT " MESSAGE_COLUMNS " FROM messages WHERE tenant_id = ? AND id = ?");
  statement path(
      "SELECT " MESSAGE_COLUMNS
      " FROM messages WHERE tenant_id = ? AND chat_id = ? AND depth < ? ORDER BY depth DESC, id DESC LIMIT 50");
  statement search(
      "SELECT r.id, r.text FROM sambung_words_notes AS w CROSS JOIN notes AS r ON r.row_ = w.rowid "
      "WHERE sambung_words_notes MATCH ? ORDER BY w.rowid DESC LIMIT 21");

  auto const tail = [&] {
    chat_by_key(tenant, chat);
    message_by_key(tenant, chat_by_key.last()[5]);
    return 1 + path(tenant, chat, message_by_key.last()[3]);
  };
  auto const search_for = [&](std::string const& word) {
    return search('"' + scope.substr(scope.size() - 16) + word + '"');
  };
  unsigned turn = 0;
  std::printf("{");
  measure("list", count, 51, [&] { return list(tenant, owner); });
  std::printf(", ");
  measure("tail", count, 51, tail);
  std::printf(", ");
  measure("common", count, 21, [&] { return search_for(made_up_text::word(turn++ % 20)); });
  std::printf(", ");
  measure("rare", count, 21, [&] { return search_for(made_up_text::rare_word()); });
  std::printf("}\n");
}
