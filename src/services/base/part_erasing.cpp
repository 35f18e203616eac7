#include "services/base/part_erasing.hpp"

#include "services/base/access.hpp"
#include "services/base/owned_rows.hpp"
#include "services/base/row_erasing.hpp"

#include <ranges>

namespace sambung {
namespace {

// What is gone already is as good as erased.
void check_gone(result<receipt> const& written) {
  if (!written && written.error().code != errc::not_found) throw error(written.error());
}

task<void> close(engine_core& core, scope who, record_description const& table, row const& one) {
  auto const& word = table.ownership.closed_by;
  if (word.column.empty() || says(table, one, word)) co_return;
  update_row closing;
  closing.table = table.table;
  closing.key = one.front();
  closing.set.push_back({word.column, value(word.word)});
  batch b;
  b.add(std::move(closing));
  check_gone(co_await core.store->write(who, std::move(b)));
}

task<void> close_and_erase_parts(engine_core& core, scope who, record_description const& table, row const& one,
                                 erasing_observer const& told) {
  co_await close(core, who, table, one);
  co_await erase_parts(core, unannounced(who), table, one.front(), told);
}

// What came between the parts and the row: a row that is not closed has parts added to it until it has gone.
task<void> erase_late_parts(engine_core& core, scope who, record_description const& table, row const& one,
                            erasing_observer const& told) {
  if (table.ownership.closed_by.column.empty()) co_await erase_parts(core, unannounced(who), table, one.front(), told);
}

bool has_more_than_itself(engine_core const& core, record_description const& table) {
  return !table.ownership.closed_by.column.empty() || !parts_of(*core.schema, table.table).empty();
}

}  // namespace

task<void> erase_parts(engine_core& core, scope who, record_description const& of, value key,
                       erasing_observer const& told) {
  auto const children = parts_of(*core.schema, of.table);
  for (auto const* table : std::views::reverse(children))
    for (auto const& parent : table->ownership.parents) {
      if (parent.table != of.table) continue;
      auto which = rows_of_part(*table, parent, key);
      co_await erase_whole_rows(core, who, *table, std::move(which), told);
    }
}

task<void> erase_whole_rows(engine_core& core, scope who, record_description const& table, query which,
                            erasing_observer const& told) {
  told(table.table, 0);
  if (!has_more_than_itself(core, table)) {
    auto const erased = co_await erase_rows(core, who, std::move(which));
    told(table.table, erased);
    co_return;
  }
  which = std::move(which).limit(erasing_step);
  for (;;) {
    auto const found = (co_await core.store->read(who, which)).value();
    if (found.items.empty()) co_return;
    batch b;
    for (auto const& one : found.items) {
      co_await close_and_erase_parts(core, who, table, one, told);
      b.add(erase_of(table, one));
    }
    auto const written = co_await core.store->write(who, std::move(b));
    check_gone(written);
    if (written) told(table.table, static_cast<std::int64_t>(found.items.size()));
    for (auto const& one : found.items) co_await erase_late_parts(core, who, table, one, told);
  }
}

task<void> erase_whole_row(engine_core& core, scope who, record_description const& table, row one,
                           erasing_observer const& told) {
  co_await close_and_erase_parts(core, who, table, one, told);
  batch b;
  b.add(erase_of(table, one));
  auto const written = co_await core.store->write(who, std::move(b));
  check_gone(written);
  told(table.table, written ? 1 : 0);
  co_await erase_late_parts(core, who, table, one, told);
}

}  // namespace sambung
