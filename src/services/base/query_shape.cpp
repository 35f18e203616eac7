#include "services/base/query_shape.hpp"

#include <algorithm>

namespace sambung {
namespace {

// In the order of `comparison`, and of the variants of `change`.
constexpr std::string_view written_comparisons[] = {" = ?", " <> ?", " < ?",     " <= ?",
                                                    " > ?", " >= ?", " is null", " is not null"};
constexpr std::string_view change_kinds[] = {"insert ", "update ", "increment ", "erase ", "require "};
static_assert(std::size(change_kinds) == std::variant_size_v<change>);

record_description const* table_of(schema const& in, change const& one) {
  return std::visit([&](auto const& what) { return in.find(what.table); }, one);
}

}  // namespace

query_shape::query_shape(schema const& in, query const& q) : form_(form::query), table_(in.find(q.table())) {
  if (!table_) return;
  take(q.conditions());
  for (auto const& name : q.order())
    if (auto const column = table_->position(name); column && order_count_ < max_columns)
      order_[order_count_++] = *column;
  direction_ = q.order_direction();
  goes_on_ = q.after().has_value();
  limit_ = q.limit();
}

query_shape::query_shape(schema const& in, text_query const& q) : form_(form::search), table_(in.find(q.table())) {
  if (!table_) return;
  take(q.conditions());
  goes_on_ = q.after().has_value();
  limit_ = q.limit();
}

query_shape::query_shape(schema const& in, batch const& b) : form_(form::batch), changes_(b.changes().size()) {
  auto const looked_at = std::span(b.changes()).first(std::min(changes_, max_looked_at));
  for (auto const& one : looked_at) take(table_of(in, one), one.index());
  table_ = step_count_ > 0 ? steps_[0].table : nullptr;
  for (std::size_t i = 1; i < step_count_; ++i)
    if (steps_[i].table != table_) table_ = nullptr;
}

query_shape::query_shape(schema const& in, std::string const& table) : table_(in.find(table)) {}

void query_shape::take(std::vector<condition> const& conditions) {
  for (auto const& one : conditions)
    if (auto const column = table_->position(one.column); column && condition_count_ < max_columns)
      conditions_[condition_count_++] = {*column, one.op};
}

void query_shape::take(record_description const* table, std::size_t kind) {
  auto const known = std::span(steps_).first(step_count_);
  auto const same = [&](batch_step const& step) { return step.table == table && step.kind == kind; };
  auto const found = std::ranges::find_if(known, same);
  if (found != known.end()) ++found->count;
  else if (step_count_ < max_steps) steps_[step_count_++] = {table, kind, 1};
}

std::string query_shape::text() const {
  if (form_ == form::batch) return text_of_batch();
  if (form_ == form::unknown || !table_) return {};
  return text_of_query();
}

std::string query_shape::text_of_query() const {
  std::string out = form_ == form::search ? "where words" : "";
  for (auto const& one : std::span(conditions_).first(condition_count_)) {
    out += out.empty() ? "where " : " and ";
    out += table_->fields[one.column].name;
    out += written_comparisons[static_cast<std::size_t>(one.op)];
  }
  for (std::size_t i = 0; i < order_count_; ++i) {
    out += i > 0 ? ", " : out.empty() ? "order by " : " order by ";
    out += table_->fields[order_[i]].name;
  }
  if (order_count_ > 0) out += direction_ == direction::ascending ? " ascending" : " descending";
  if (goes_on_) out += " after ?";
  return out + (out.empty() ? "limit " : " limit ") + std::to_string(limit_);
}

std::string query_shape::text_of_batch() const {
  std::string out;
  for (auto const& one : std::span(steps_).first(step_count_)) {
    if (!out.empty()) out += ", ";
    out += change_kinds[one.kind];
    out += (one.table ? one.table->table : "?") + ' ' + std::to_string(one.count);
  }
  return out + ", of " + std::to_string(changes_);
}

}  // namespace sambung
