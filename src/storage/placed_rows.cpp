#include <sambung/storage/placed_rows.hpp>

#include "storage/stored_type.hpp"

#include <algorithm>

namespace sambung::detail {
namespace {

// The columns that say where a row stands.
using place_columns = std::vector<std::size_t>;

place_columns columns_of(std::vector<std::string> const& order, record_description const& table) {
  place_columns out;
  for (auto const& column : order)
    if (auto const at = table.position(column)) out.push_back(*at);  // the storage refuses others
  return out;
}

bool has_place(row const& one, place_columns const& columns, record_description const& table) {
  return std::ranges::all_of(
      columns, [&](std::size_t at) { return at < one.size() && has_type(one[at], table.fields[at].type); });
}

// Leaves out what is behind the last row with a place, and behind `limit` of them. False where none has one and there
// is more.
bool ends_at_a_place(rows& found, std::size_t limit, place_columns const& columns, record_description const& table) {
  std::size_t kept = 0, placed = 0;
  for (std::size_t i = 0; i < found.items.size() && placed < limit; ++i)
    if (has_place(found.items[i], columns, table)) kept = i + 1, ++placed;
  if (!found.more && placed < limit) return true;
  if (kept == 0) return false;
  if (kept < found.items.size()) found.more = true;
  found.items.resize(kept);
  return true;
}

failure no_place() {
  return failure(errc::data_loss, "too many rows in a row have damaged keys: nothing goes on behind");
}

// `ask` reads for a query.
template <class Query, class Ask>
task<result<rows>> placed_rows(record_description const& table, place_columns columns, Query q, Ask ask) {
  auto const limit = q.limit();
  for (;;) {
    auto found = co_await ask(q);
    if (!found || found->place) co_return found;
    if (ends_at_a_place(*found, limit, columns, table)) co_return found;
    if (q.limit() >= max_rows || found->items.size() < q.limit()) co_return no_place();
    q = std::move(q).limit(std::min(max_rows, 4 * q.limit()));
  }
}

}  // namespace

task<result<rows>> read_to_a_place(storage& store, scope who, record_description const& table, query q) {
  auto columns = columns_of(completed_order(q, table), table);
  auto ask = [&store, who](query const& asked) { return store.read(who, asked); };
  return placed_rows(table, std::move(columns), std::move(q), std::move(ask));
}

task<result<rows>> search_to_a_place(storage& store, scope who, record_description const& table, text_query q) {
  auto ask = [&store, who](text_query const& asked) { return store.search(who, asked); };
  return placed_rows(table, place_columns(1, 0), std::move(q), std::move(ask));
}

}  // namespace sambung::detail
