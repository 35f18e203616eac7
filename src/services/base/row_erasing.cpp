#include "services/base/row_erasing.hpp"

#include "services/base/row_key.hpp"

namespace sambung {

change erase_of(record_description const& table, row const& read) {
  erase_row gone;
  gone.table = table.table;
  gone.key = read.front();
  return gone;
}

task<std::int64_t> erase_rows(engine_core& core, scope who, query which) {
  auto const& table = *core.schema->find(which.table());
  which = std::move(which).limit(erasing_step);
  std::int64_t erased = 0;
  for (;;) {
    auto const found = (co_await core.store->read(who, which)).value();
    if (found.items.empty()) co_return erased;
    batch b;
    for (auto const& item : found.items) b.add(erase_of(table, item));
    auto const written = co_await core.store->write(who, std::move(b));
    if (written) erased += static_cast<std::int64_t>(found.items.size());
    else if (written.error().code != errc::not_found) throw error(written.error());
  }
}

task<found_keys> keys_of(engine_core& core, scope who, query which) {
  auto const& table = *core.schema->find(which.table());
  auto reading = detail::read_to_a_place(*core.store, who, table, std::move(which).limit(erasing_step));
  auto const found = (co_await std::move(reading)).value();
  found_keys out;
  out.more = found.more;
  for (auto const& item : found.items)
    if (auto const id = id_of_row(item)) out.keys.push_back(*id);
  co_return out;
}

task<bool> any_row(engine_core& core, scope who, query which) {
  which = std::move(which).limit(1);
  auto const found = co_await core.store->read(who, std::move(which));
  co_return !found.value().items.empty();
}

}  // namespace sambung
