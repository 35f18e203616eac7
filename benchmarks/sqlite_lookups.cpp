// The floor of P9: the look-ups of bench_lookups by hand, in SQLite's C API, on the file that it filled.
//
//   bench_sqlite_lookups FILE COUNT    prints one line of JSON
//
// The search asks for hits in the order in which they were stored, which is what somebody would write who knows that
// keys rise with time.
#include "made_up_text.hpp"
#include "raw_sqlite.hpp"

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: %s FILE COUNT\n", argv[0]), 2;
  int const count = std::atoi(argv[2]);
  open_to_read(argv[1]);

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
