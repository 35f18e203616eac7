#include "storage/sqlite/sqlite_words.hpp"

#include "storage/words.hpp"

#include <new>
#include <string>
#include <string_view>

namespace sambung::sql {
namespace {

std::string_view text_of(sqlite3_value* in) {
  auto const* bytes = reinterpret_cast<char const*>(sqlite3_value_text(in));
  return bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(in))) : std::string_view();
}

void words(sqlite3_context* call, int, sqlite3_value** in) {
  try {
    std::string out;
    auto const mark = text_of(in[1]);
    auto const columns = static_cast<std::size_t>(sqlite3_value_int(in[2]));
    for (auto const& word : detail::index_words(text_of(in[0]), columns)) {
      if (!out.empty()) out += ' ';
      out.append(mark).append(word);
    }
    sqlite3_result_text64(call, out.data(), out.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } catch (std::bad_alloc const&) {
    sqlite3_result_error_nomem(call);
  }
}

}  // namespace

int add_words_function(sqlite3* connection) {
  constexpr int how = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  return sqlite3_create_function_v2(connection, "sambung_words", 4, how, nullptr, words, nullptr, nullptr, nullptr);
}

}  // namespace sambung::sql
