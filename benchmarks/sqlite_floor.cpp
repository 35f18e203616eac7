// The floor of P6 and P8: the row changes of durable turns by hand, in SQLite's C API, on Sambung's own tables.
//
//   bench_sqlite_floor FILE WRITERS SECONDS BYTES    FILE from `bench_turns prepare`; prints one line of JSON
//
// A turn is BYTES of text, a fifth of it the question.
// As many turns as there are writers open in one transaction and close in the next: what group commit does at best.
// No savepoints, no conditions, no reads, no conversions, one thread.
#include "storage/sqlite/sqlite_words.hpp"
#include "written_bytes.hpp"

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace {

using id = std::array<unsigned char, 16>;

sqlite3* database = nullptr;

void check(int code) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(database));
  std::exit(1);
}

void run(char const* sql) { check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr)); }

// Ordered by time, as UUIDv7 are.
id next_id() {
  static std::mt19937_64 random(7);
  static std::uint64_t counter = 0x0190'0000'0000'7000;
  id out;
  auto const high = __builtin_bswap64(++counter), low = static_cast<std::uint64_t>(random());
  std::memcpy(out.data(), &high, 8);
  std::memcpy(out.data() + 8, &low, 8);
  return out;
}

class statement {
 public:
  explicit statement(char const* sql) {
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr));
  }

  template <class... T>
  void operator()(T const&... values) {
    int position = 0;
    (bind(++position, values), ...);
    check(sqlite3_step(handle_));
    sqlite3_reset(handle_);
  }

 private:
  void bind(int at, std::int64_t v) { check(sqlite3_bind_int64(handle_, at, v)); }
  void bind(int at, id const& v) { check(sqlite3_bind_blob(handle_, at, v.data(), 16, SQLITE_STATIC)); }
  void bind(int at, std::string const& v) {
    check(sqlite3_bind_text(handle_, at, v.data(), static_cast<int>(v.size()), SQLITE_STATIC));
  }

  sqlite3_stmt* handle_ = nullptr;
};

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

struct writer {
  id chat;
  id head;
  id question;
  id answer;
  std::int64_t depth = 0;
  std::int64_t revision = 1;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return std::fprintf(stderr, "usage: %s FILE WRITERS SECONDS BYTES\n", argv[0]), 2;
  std::chrono::duration<double> const time(std::atof(argv[3]));
  auto const bytes = static_cast<std::size_t>(std::atol(argv[4]));
  check(sqlite3_open(argv[1], &database));
  check(sambung::sql::add_words_function(database));
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768;"
      "PRAGMA wal_autocheckpoint = 2000");

  statement insert_chat(
      "INSERT INTO chats (tenant_id, id, owner_id, title, model, system_prompt, state, created_at, updated_at, "
      "revision, pinned, archived, active_at, has_setup) VALUES (?, ?, ?, 'bench', 'canned/bench', '', 'active', ?, ?, "
      "1, 0, 0, 0, 0)");
  statement insert_lease(
      "INSERT INTO active_turns (tenant_id, id, chat_id, owner_id, instance, lease_expires_at, stop_requested) "
      "VALUES (?, ?, ?, ?, ?, ?, 0)");
  statement move_head(
      "UPDATE chats SET head_id = ?, updated_at = ?, active_at = ?, revision = ? WHERE tenant_id = ? AND id = ?");
  statement insert_root(
      "INSERT INTO messages (tenant_id, id, chat_id, depth, role, parts, state, created_at, updated_at, revision) "
      "VALUES (?, ?, ?, 0, 'user', ?, 'complete', ?, ?, 1)");
  statement insert_question(
      "INSERT INTO messages (tenant_id, id, chat_id, parent_id, depth, role, parts, state, created_at, updated_at, "
      "revision) VALUES (?, ?, ?, ?, ?, 'user', ?, 'complete', ?, ?, 1)");
  statement insert_answer(
      "INSERT INTO messages (tenant_id, id, chat_id, parent_id, depth, role, parts, state, model, created_at, "
      "updated_at, revision) VALUES (?, ?, ?, ?, ?, 'assistant', '[]', 'streaming', 'canned/bench', ?, ?, 1)");
  statement erase_lease("DELETE FROM active_turns WHERE tenant_id = ? AND id = ?");
  statement finish_answer(
      "UPDATE messages SET parts = ?, state = 'complete', finish_reason = 'stop', usage = ?, last_event = 4, "
      "updated_at = ?, revision = 2 WHERE tenant_id = ? AND id = ?");
  statement insert_text(
      "INSERT INTO message_texts (tenant_id, id, chat_id, owner_id, role, text, marks, created_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  statement count_usage(
      "INSERT INTO usage_counters (tenant_id, id, user_id, day, model, requests, input_tokens, output_tokens, "
      "cost_microusd, key, cached_input_tokens, cache_write_tokens, reasoning_tokens, unpriced_requests, "
      "estimated_requests, replayed_requests) VALUES (?, ?, ?, '2026-01-31', 'canned/bench', 1, 50, 200, 0, "
      "'configured', 0, 0, 0, 0, 0, 0) ON CONFLICT (tenant_id, id) DO UPDATE SET "
      "requests = requests + excluded.requests, input_tokens = input_tokens + excluded.input_tokens, "
      "output_tokens = output_tokens + excluded.output_tokens, cost_microusd = cost_microusd + excluded.cost_microusd, "
      "cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens, "
      "cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens, "
      "reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens, "
      "unpriced_requests = unpriced_requests + excluded.unpriced_requests, "
      "estimated_requests = estimated_requests + excluded.estimated_requests, "
      "replayed_requests = replayed_requests + excluded.replayed_requests");

  id const tenant = next_id(), user = next_id(), instance = next_id();
  std::string const asked_text(bytes / 5, 'q'), said_text(bytes - bytes / 5, 'a');
  std::string const question = R"([{"type":"text","text":")" + asked_text + R"("}])";
  std::string const answer = R"([{"type":"text","text":")" + said_text + R"("}])";
  std::string const by_user = "user", by_model = "assistant";
  std::string const marks = "u" + std::string(32, '0') + " c" + std::string(32, '0');
  std::string const usage = R"({"inputTokens":50,"outputTokens":200,"cachedInputTokens":0,"reasoningTokens":0})";
  std::string const counter = "01900000-0000-7000-8000-000000000000/2026-01-31/canned/bench";

  std::vector<writer> writers(static_cast<std::size_t>(std::atoi(argv[2])));
  for (auto& w : writers) insert_chat(tenant, w.chat = next_id(), user, now_ms(), now_ms());

  auto const open_turn = [&](writer& w) {
    auto const now = now_ms();
    auto const asked = w.question = next_id();
    w.answer = next_id();
    insert_lease(tenant, w.answer, w.chat, user, instance, now + 15'000);
    move_head(w.answer, now, now, ++w.revision, tenant, w.chat);
    if (w.depth == 0) insert_root(tenant, asked, w.chat, question, now, now);
    else insert_question(tenant, asked, w.chat, w.head, w.depth, question, now, now);
    insert_answer(tenant, w.answer, w.chat, asked, w.depth + 1, now, now);
  };
  auto const close_turn = [&](writer& w) {
    erase_lease(tenant, w.answer);
    auto const now = now_ms();
    finish_answer(answer, usage, now, tenant, w.answer);
    insert_text(tenant, w.question, w.chat, user, by_user, asked_text, marks, now);
    insert_text(tenant, w.answer, w.chat, user, by_model, said_text, marks, now);
    count_usage(tenant, counter, user);
    w.head = w.answer;
    w.depth += 2;
  };

  long turns = 0;
  auto const before = written_bytes();
  auto const begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < time) {
    run("BEGIN IMMEDIATE");
    for (auto& w : writers) open_turn(w);
    run("COMMIT; BEGIN IMMEDIATE");
    for (auto& w : writers) close_turn(w);
    run("COMMIT");
    turns += static_cast<long>(writers.size());
  }
  std::chrono::duration<double> const elapsed = std::chrono::steady_clock::now() - begin;
  run("PRAGMA wal_checkpoint(TRUNCATE)");  // writes the rest of the log into the file
  auto const count = static_cast<double>(turns);
  std::printf("{\"turns\": %ld, \"turns_per_s\": %.1f, \"bytes\": %.3f}\n", turns, count / elapsed.count(),
              (written_bytes() - before) / (count * static_cast<double>(bytes)));
}
