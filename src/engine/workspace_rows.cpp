#include <sambung/engine/workspace_records.hpp>
#include <sambung/engine/workspace_rows.hpp>
#include <sambung/storage/described_row.hpp>

#include "services/base/searched_text.hpp"

namespace sambung {

query workspace_rows::all() const { return query(table_->table); }

query workspace_rows::where(std::string column, value operand) const {
  return all().where(std::move(column), comparison::equal, std::move(operand));
}

task<row> workspace_rows::get(value key) const {
  return read_one(core_, who_, *table_, where(table_->fields.front().name, std::move(key)).limit(1));
}

task<row> workspace_rows::first(query q) const { return read_first(core_, who_, *table_, std::move(q)); }

task<page<row>> workspace_rows::list(query q, page_request which) const {
  return read_page(core_, who_, *table_, std::move(q), std::move(which));
}

task<page<row>> workspace_rows::search(text_query q, page_request which) const {
  return search_page(core_, who_, *table_, std::move(q), std::move(which));
}

change workspace_rows::insert(row values) const { return insert_row{table_->table, std::move(values)}; }

change workspace_rows::update(value key, std::vector<assignment> set, std::vector<condition> when) const {
  return update_row{table_->table, std::move(key), std::move(set), std::move(when)};
}

change workspace_rows::erase(value key, std::vector<condition> when) const {
  return erase_row{table_->table, std::move(key), std::move(when)};
}

change workspace_rows::require(value key, std::vector<condition> when) const {
  return require_row{table_->table, std::move(key), std::move(when)};
}

task<receipt> workspace_rows::write(batch b) const { return write_batch(core_, who_, std::move(b)); }

task<receipt> workspace_rows::write(change c) const {
  batch b;
  b.add(std::move(c));
  return write_batch(core_, who_, std::move(b));
}

result<row> workspace_rows::readable(detail::own_rows const& in, record_description const& table, row found) {
  auto const whole = check_stored(table, found);
  if (whole) return found;
  if (*in.told_) (*in.told_)(damaged_row_of(in.scope_, table.table, found.empty() ? value() : found.front()));
  return whole.error();
}

page<row> workspace_rows::page_of(detail::own_rows const& in, record_description const& table, rows found,
                                  std::optional<std::string> next_cursor) {
  page<row> out;
  out.next_cursor = std::move(next_cursor);
  for (auto& one : found.items) {
    auto read = readable(in, table, std::move(one));
    if (read) out.items.push_back(std::move(*read));
    else ++out.damaged;
  }
  return out;
}

task<row> workspace_rows::read_one(core_ptr core, principal who, record_description const& table, query q) {
  auto const in = co_await detail::own_rows::of(core, who);
  auto found = (co_await in.store_->read(in.scope_, std::move(q))).value();
  if (found.items.empty()) throw error(errc::not_found, "not found");
  auto read = readable(in, table, std::move(found.items.front()));
  co_return std::move(read).value();
}

task<row> workspace_rows::read_first(core_ptr core, principal who, record_description const& table, query q) {
  detail::own_rows::demand_same(table.table, q.table());
  auto const in = co_await detail::own_rows::of(core, who);
  for (q = std::move(q).limit(1);;) {
    auto found = (co_await detail::read_to_a_place(*in.store_, in.scope_, table, q)).value();
    if (found.items.empty()) throw error(errc::not_found, "not found");
    row place = detail::place_of(found.items.back(), q, table);
    for (auto& one : found.items) {
      bool const is_last = !found.more && &one == &found.items.back();
      auto read = readable(in, table, std::move(one));
      if (read || is_last) co_return std::move(read).value();
    }
    q = std::move(q).after(std::move(place));
  }
}

task<page<row>> workspace_rows::read_page(core_ptr core, principal who, record_description const& table, query q,
                                          page_request which) {
  detail::own_rows::demand_same(table.table, q.table());
  detail::check_page(which).value();
  std::optional<row> place;
  if (which.cursor) place = detail::decode_cursor(*which.cursor, q, table).value();
  query const asked = detail::with_page(std::move(q), which, std::move(place));
  auto const in = co_await detail::own_rows::of(core, who);
  auto found = (co_await detail::read_to_a_place(*in.store_, in.scope_, table, asked)).value();
  std::optional<std::string> next;
  if (found.more) next = detail::encode_cursor(detail::place_of(found.items.back(), asked, table), asked, table);
  co_return page_of(in, table, std::move(found), std::move(next));
}

task<page<row>> workspace_rows::search_page(core_ptr core, principal who, record_description const& table, text_query q,
                                            page_request which) {
  detail::own_rows::demand_same(table.table, q.table());
  detail::check_page(which).value();
  demand_searched(q.text());
  query const order(table.table);
  q = std::move(q).limit(which.limit);
  if (which.cursor) q = std::move(q).after(detail::decode_key(*which.cursor, order, table).value());
  auto const in = co_await detail::own_rows::of(core, who);
  auto found = (co_await in.store_->search(in.scope_, std::move(q))).value();
  auto next = detail::search_cursor(found, table);
  co_return page_of(in, table, std::move(found), std::move(next));
}

task<receipt> workspace_rows::write_batch(core_ptr core, principal who, batch b) {
  detail::own_rows::demand_own(*core, b);
  auto const in = co_await detail::own_rows::of(core, who);
  auto const done = co_await in.store_->write(in.scope_, std::move(b));
  co_return done.value();
}

}  // namespace sambung
