#include "services/erasure/personal_export.hpp"

#include <sambung/records/user.hpp>
#include <sambung/storage/described_row.hpp>

#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"
#include "services/erasure/export_plan.hpp"
#include "services/erasure/export_position.hpp"

#include <algorithm>

namespace sambung {
namespace {

// One page asks storage at most so often, about: whoever is in many empty tenants gets short pages.
constexpr int max_steps = 200;

// How many bytes it has as text, about: its names and texts.
std::size_t json_bytes(boost::json::object const& of);
std::size_t json_bytes(boost::json::value const& of) {
  std::size_t bytes = 0;
  if (auto const* text = of.if_string()) bytes += text->size();
  if (auto const* items = of.if_array())
    for (auto const& item : *items) bytes += json_bytes(item);
  if (auto const* members = of.if_object()) bytes += json_bytes(*members);
  return bytes;
}
std::size_t json_bytes(boost::json::object const& of) {
  std::size_t bytes = 0;
  for (auto const& member : of) bytes += member.key().size() + json_bytes(member.value());
  return bytes;
}

using conditions = std::vector<condition>;

condition key_is(record_description const& table, value key) {
  return condition(table.fields.front().name, comparison::equal, std::move(key));
}

// Reads on from a position.
class exporter {
 public:
  exporter(engine_core& core, user const& whose, std::size_t limit)
      : core_(core), plan_(*core.schema), whose_{whose.id, whose.email}, limit_(limit) {}

  task<page<exported_record>> read(std::optional<export_position> from) {
    begin(std::move(from));
    for (int steps = 0; !ended_ && has_room() && steps < max_steps; ++steps) co_await step();
    if (!ended_) out_.next_cursor = encode(at_);
    co_return std::move(out_);
  }

 private:
  void begin(std::optional<export_position> from) {
    if (!from) return go_to(plan_.of_user().front());
    at_ = std::move(*from);
    tables_ = plan_.find(at_.path);
    if (!tables_.empty() && is_read_by_tenant(*tables_.front()) != at_.tenant.has_value()) throw_foreign_cursor();
  }

  bool has_room() const { return out_.items.size() < limit_ && bytes_ < max_read_bytes; }

  task<void> step() {
    if (tables_.empty()) co_return co_await next_tenant();
    if (at_.tenant) {
      auto const place = co_await find_membership(core_, *at_.tenant, whose_.id);
      if (!place && place.error().code != errc::not_found) throw error(place.error());
      if (!place) co_return go_to(nullptr);
    }
    for (std::size_t level = 0; level + 1 < tables_.size(); ++level) {
      bool const there = co_await is_open(level);
      if (!there) co_return close(level);
    }
    co_await list();
  }

  task<void> next_tenant() {
    query q = collection<membership>::where(&membership::user_id, whose_.id);
    if (at_.tenant) q = std::move(q).where(where(&membership::tenant_id, comparison::greater, *at_.tenant));
    std::vector<std::string> order(1, "tenant_id");
    q = std::move(q).order(std::move(order), direction::ascending);
    auto const place = co_await system_records<membership>(core_).first(std::move(q));
    if (!place && place.error().code != errc::not_found) throw error(place.error());
    ended_ = !place;
    if (!place) co_return;
    at_.tenant = place->tenant_id;
    go_to(plan_.by_tenant().front());
  }

  // Whether the row by whose parts the position stands is still there, and the user's.
  task<bool> is_open(std::size_t level) {
    auto const& table = *tables_[level];
    auto all = conditions_at(level);
    all.push_back(key_is(table, open_key(level)));
    query q(table.table);
    for (auto& one : all) q = std::move(q).where(std::move(one));
    auto const found = co_await core_.store->read(rows_of(table), std::move(q).limit(1));
    co_return !found.value().items.empty();
  }

  // One page of the rows of the last table; of a table with parts, one row, whose parts come next.
  task<void> list() {
    auto const& table = *tables_.back();
    auto const parts = plan_.parts(table);
    auto q = list_at(tables_.size() - 1).limit(parts.empty() ? limit_ - out_.items.size() : 1);
    if (at_.cursor) q = std::move(q).after(place_in(tables_.size() - 1, *at_.cursor));
    auto const found = (co_await detail::read_to_a_place(*core_.store, rows_of(table), table, q)).value();
    for (auto const& one : found.items) add(table, one);
    if (found.items.empty()) co_return leave();
    auto last = detail::encode_cursor(detail::place_of(found.items.back(), q, table), q, table);
    if (!parts.empty()) open(parts.front(), std::move(last));
    else if (found.more) at_.cursor = std::move(last);
    else leave();
  }

  void add(record_description const& table, row const& one) {
    auto record = json_of_row(table, one);
    if (!record) {
      ++out_.damaged;
      return core_.damage->listener()(damaged_row_of(rows_of(table), table.table, one.front()));
    }
    exported_record made;
    made.table = table.table;
    made.tenant_id = at_.tenant;
    made.record = std::move(*record);
    bytes_ += json_bytes(made.record);
    out_.items.push_back(std::move(made));
  }

  // --- where to go on

  // To a table of the user's, or of theirs in the tenant; null: to the next tenant.
  void go_to(record_description const* table) {
    tables_.clear();
    at_.path.clear();
    at_.above.clear();
    at_.cursor.reset();
    if (!table) return;
    tables_.push_back(table);
    at_.path.push_back(table->table);
  }

  // To what is part of the row behind which `place` goes on.
  void open(record_description const* part, std::string place) {
    tables_.push_back(part);
    at_.path.push_back(part->table);
    at_.above.push_back(std::move(place));
    at_.cursor.reset();
  }

  // Behind the open row of that level.
  void close(std::size_t level) {
    at_.cursor = at_.above[level];
    tables_.resize(level + 1);
    at_.path.resize(level + 1);
    at_.above.resize(level);
  }

  // Behind the last row of the last table.
  void leave() {
    if (tables_.size() == 1) {
      auto const& all = at_.tenant ? plan_.by_tenant() : plan_.of_user();
      return go_to(export_plan::behind(all, tables_.front()));
    }
    auto const level = tables_.size() - 2;
    auto const* next = export_plan::behind(plan_.parts(*tables_[level]), tables_.back());
    auto place = at_.above[level];
    close(level);
    if (next) open(next, std::move(place));
  }

  // --- what to ask

  scope rows_of(record_description const& table) const {
    return table.scope == table_scope::system ? system_rows() : tenant_rows(*at_.tenant);
  }

  conditions conditions_at(std::size_t level) const {
    if (level == 0) return exported_conditions(*tables_.front(), whose_, at_.tenant).value_or(nobodys());
    auto const& table = *tables_[level];
    auto const& all = table.ownership.parents;
    auto const parent = std::ranges::find(all, tables_[level - 1]->table, &row_parent::table);
    condition part_of_it(parent->column, comparison::equal, open_key(level - 1));
    return conditions(1, std::move(part_of_it));
  }

  // What holds for no row, by the key.
  conditions nobodys() const { return conditions(1, key_is(*tables_.front(), value())); }

  query list_at(std::size_t level) const {
    return indexed_rows(*tables_[level], conditions_at(level), direction::ascending);
  }

  row place_in(std::size_t level, std::string const& cursor) const {
    return detail::decode_cursor(cursor, list_at(level), *tables_[level]).value();
  }

  value open_key(std::size_t level) const {
    auto const place = place_in(level, at_.above[level]);
    auto const order = completed_order(list_at(level), *tables_[level]);
    auto const at = std::ranges::find(order, tables_[level]->fields.front().name) - order.begin();
    if (static_cast<std::size_t>(at) >= place.size()) throw_foreign_cursor();
    return place[static_cast<std::size_t>(at)];
  }

  engine_core& core_;
  export_plan plan_;
  row_owner whose_;
  std::size_t limit_;
  export_position at_;
  table_list tables_;  // of at_.path
  bool ended_ = false;
  page<exported_record> out_;
  std::size_t bytes_ = 0;  // that out_ will have, about
};

}  // namespace

task<page<exported_record>> next_personal_records(engine_core& core, user_id user, page_request which) {
  auto const whose = (co_await system_records<sambung::user>(core).get(user)).value();
  std::optional<export_position> from;
  if (which.cursor) from = decode_position(*which.cursor);
  exporter reader(core, whose, which.limit);
  co_return co_await reader.read(std::move(from));
}

}  // namespace sambung
