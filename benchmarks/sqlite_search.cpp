// The floor of C7: the searches of bench_search by hand, in SQLite's C API, on the file that it filled.
//
//   bench_sqlite_search FILE COUNT    prints one line of JSON
//
// Hits are asked for in the order in which they were stored, which is what somebody would write who knows that keys
// rise with time; those of each table apart, and nobody merges them or cuts passages out.
#include "made_up_text.hpp"
#include "raw_sqlite.hpp"

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: %s FILE COUNT\n", argv[0]), 2;
  int const count = std::atoi(argv[2]);
  open_to_read(argv[1]);
  statement tenant_of("SELECT id, lower(hex(id)) FROM tenants WHERE name = 'bench'");
  statement user_of("SELECT id, lower(hex(id)) FROM users WHERE email = 'user-0@bench.example'");
  if (tenant_of() != 1 || user_of() != 1) fail("the database is not bench_search's");
  auto const mark = tenant_of.last()[1].substr(16);
  auto const owner = "\xEE\x80\x80" + user_of.last()[1];
  auto const word = [&](std::string const& one) { return '"' + mark + one + '"'; };
  auto const owned = " AND " + word(owner);

#define SEARCH(table, columns)                                             \
  "SELECT " columns " FROM sambung_words_" table " AS w CROSS JOIN " table \
  " AS r ON r.row_ = w.rowid WHERE sambung_words_" table " MATCH ? ORDER BY w.rowid DESC LIMIT 21"
  statement messages(SEARCH("message_texts", "r.id, r.chat_id, r.owner_id, r.role, r.text, r.created_at"));
  statement chats(SEARCH("chats", "r.id, r.owner_id, r.title, r.created_at"));
  statement notes(SEARCH("notes", "r.id, r.owner_id, r.text"));

  auto const in_messages = [&](std::string const& one) { return messages(word(owner + one)); };
  auto const in_all = [&](std::string const& one) {
    return in_messages(one) + chats(word(owner + one)) + notes(word(one) + owned);
  };
  unsigned turn = 0;
  auto const common = [&] { return made_up_text::word(turn++ % 20); };
  std::printf("{");
  measure("rare_messages", count, 5, [&] { return in_messages(made_up_text::rare_word()); });
  std::printf(", ");
  measure("rare_all", count, 10, [&] { return in_all(made_up_text::rare_word()); });
  std::printf(", ");
  measure("common_messages", count, 21, [&] { return in_messages(common()); });
  std::printf(", ");
  // Of chats and notes each word has others.
  measure("common_all", count, 0, [&] { return in_all(common()) >= 21 ? 0 : 1; });
  std::printf("}\n");
}
