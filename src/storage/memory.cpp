#include <sambung/storage/memory.hpp>

#include "storage/bounded_rows.hpp"
#include "storage/checking.hpp"
#include "storage/initial.hpp"
#include "storage/migrating.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace sambung {
namespace {

bool is_null(value const& v) { return std::holds_alternative<std::monostate>(v); }

bool holds(condition const& c, value const& stored) {
  if (c.op == comparison::is_null) return is_null(stored);
  if (c.op == comparison::is_not_null) return !is_null(stored);
  if (is_null(stored) || is_null(c.operand)) return false;
  switch (c.op) {
    case comparison::equal:
      return stored == c.operand;
    case comparison::not_equal:
      return stored != c.operand;
    case comparison::less:
      return stored < c.operand;
    case comparison::less_equal:
      return stored <= c.operand;
    case comparison::greater:
      return stored > c.operand;
    default:
      return stored >= c.operand;
  }
}

bool all_hold(std::vector<condition> const& conditions, record_description const& table, row const& in) {
  return std::ranges::all_of(conditions, [&](condition const& c) { return holds(c, in[*table.position(c.column)]); });
}

row columns_of(row const& in, std::vector<std::string> const& columns, record_description const& table) {
  row out;
  for (auto const& column : columns) out.push_back(in[*table.position(column)]);
  return out;
}

// The rows of one table in one scope, and the values that its unique indexes hold.
class table_rows {
 public:
  explicit table_rows(record_description const& table) : taken_(table.indexes.size()) {}

  std::map<value, row> const& all() const { return rows_; }
  row const* find(value const& key) const {
    auto const found = rows_.find(key);
    return found == rows_.end() ? nullptr : &found->second;
  }

  void insert(row in, record_description const& table) {
    for (std::size_t i = 0; i < taken_.size(); ++i)
      if (auto held = unique_values(in, table.indexes[i], table)) taken_[i].insert(std::move(*held));
    auto key = in.front();
    rows_.emplace(std::move(key), std::move(in));
  }
  void erase(value const& key, record_description const& table) {
    auto const found = rows_.find(key);
    for (std::size_t i = 0; i < taken_.size(); ++i)
      if (auto held = unique_values(found->second, table.indexes[i], table)) taken_[i].erase(*held);
    rows_.erase(found);
  }
  bool is_taken(row const& in, record_description const& table) const {
    for (std::size_t i = 0; i < taken_.size(); ++i)
      if (auto held = unique_values(in, table.indexes[i], table); held && taken_[i].contains(*held)) return true;
    return rows_.contains(in.front());
  }

 private:
  static std::optional<row> unique_values(row const& in, index const& i, record_description const& table) {
    if (!i.unique) return std::nullopt;
    auto values = columns_of(in, i.columns, table);
    return std::ranges::any_of(values, is_null) ? std::nullopt : std::optional(std::move(values));
  }

  std::map<value, row> rows_;
  std::vector<std::set<row>> taken_;
};

using place = std::pair<std::string, std::optional<tenant_id>>;

class database {
 public:
  result<void> migrate(schema_ref next) {
    if (auto wrong = next->check(); !wrong.empty()) return detail::invalid(std::move(wrong));
    for (auto const& m : next->modules())
      if (auto const found = versions_.find(m.name()); found != versions_.end() && found->second > m.version())
        return detail::newer_database(m, found->second);
    if (schema_)
      if (auto undone = detail::undone_change(*schema_, versions_, *next)) return std::move(*undone);
    std::map<place, table_rows> moved;
    for (auto const& [where, old] : tables_) {
      auto rows = relayed(where.first, old, *next);
      if (!rows) return rows.error();
      moved.emplace(where, std::move(*rows));
    }
    tables_ = std::move(moved);
    for (auto const& m : next->modules()) versions_[m.name()] = m.version();
    schema_ = std::move(next);
    return {};
  }

  result<rows> read(scope const& who, query const& q) const {
    if (!schema_) return detail::not_migrated();
    auto const table = check(*schema_, who, q);
    if (!table) return table.error();
    auto const order = completed_order(q, **table);
    auto const place_in = [&](row const& in) { return columns_of(in, order, **table); };
    bool const rising = q.order_direction() == direction::ascending;
    auto const before = [&](row const& a, row const& b) { return rising ? a < b : b < a; };

    std::map<row, row const*> found;
    for (auto const& [key, in] : rows_of(who, **table).all()) {
      if (!all_hold(q.conditions(), **table, in)) continue;
      auto at = place_in(in);
      if (!q.after() || before(*q.after(), at)) found.emplace(std::move(at), &in);
    }
    std::vector<row const*> ordered;
    for (auto const& [at, in] : found) ordered.push_back(in);
    if (!rising) std::ranges::reverse(ordered);
    return first_of(ordered, q.limit());
  }

  result<rows> search(scope const& who, text_query const& q) const {
    if (!schema_) return detail::not_migrated();
    auto const table = check(*schema_, who, q);
    if (!table) return table.error();
    std::vector<row const*> found;
    for (auto const& [key, in] : rows_of(who, **table).all())
      if ((!q.after() || key < *q.after()) && all_hold(q.conditions(), **table, in) && has_words(in, **table, q.text()))
        found.push_back(&in);
    std::ranges::reverse(found);
    return first_of(found, q.limit());
  }

  result<std::vector<tenant_id>> tenants(scope const& who, std::string const& table,
                                         std::optional<tenant_id> const& after) const {
    if (!schema_) return detail::not_migrated();
    if (auto const found = check_tenants(*schema_, who, table); !found) return found.error();
    std::vector<tenant_id> out;
    for (auto at = tables_.upper_bound(place(table, after)); at != tables_.end() && out.size() < max_rows; ++at) {
      if (at->first.first != table) break;
      if (!at->second.all().empty()) out.push_back(*at->first.second);
    }
    return out;
  }

  result<receipt> write(scope const& who, batch const& b) {
    if (!schema_) return detail::not_migrated();
    if (auto valid = check(*schema_, who, b); !valid) return valid.error();
    receipt done;
    undo_log undo;
    for (std::size_t i = 0; i < b.changes().size(); ++i) {
      auto const fault = std::visit([&](auto const& c) { return apply(who, c, done, undo); }, b.changes()[i]);
      if (!fault) continue;
      roll_back(undo);
      return change_failure(i, *fault);
    }
    return done;
  }

 private:
  // Before each change: whose row, and what it was.
  struct undo_step {
    table_rows* rows;
    record_description const* table;
    value key;
    std::optional<row> was;
  };
  using undo_log = std::vector<undo_step>;
  using fault = std::optional<failure>;

  table_rows& rows_of(scope const& who, record_description const& table) const {
    auto const tenant = who.is_system() ? std::nullopt : std::optional(who.tenant());
    return tables_.try_emplace(place(table.table, tenant), table).first->second;
  }

  static rows first_of(std::vector<row const*> const& found, std::size_t limit) {
    detail::bounded_rows out(limit);
    for (auto const* in : found) {
      if (!out.has_room()) break;
      out.add(*in);
    }
    return std::move(out).take();
  }

  static row stored(row const& in) {
    row out;
    for (auto const& v : in) out.push_back(stored_value(v));
    return out;
  }

  void put(table_rows& rows, record_description const& table, row next, undo_log& undo) {
    auto const key = next.front();
    auto const* was = rows.find(key);
    undo.push_back({&rows, &table, key, was ? std::optional(*was) : std::nullopt});
    if (was) rows.erase(key, table);
    rows.insert(std::move(next), table);
  }

  static void roll_back(undo_log& undo) {
    for (auto step = undo.rbegin(); step != undo.rend(); ++step) {
      if (step->rows->find(step->key)) step->rows->erase(step->key, *step->table);
      if (step->was) step->rows->insert(*step->was, *step->table);
    }
  }

  // Replaces a row by its next version unless that collides with another row.
  fault replace(table_rows& rows, record_description const& table, row was, row next, undo_log& undo) {
    rows.erase(was.front(), table);
    bool const taken = rows.is_taken(next, table);
    rows.insert(std::move(was), table);
    if (taken) return failure(errc::already_exists, "a unique value is taken");
    put(rows, table, std::move(next), undo);
    return std::nullopt;
  }

  fault apply(scope const& who, insert_row const& c, receipt& done, undo_log& undo) {
    auto const& table = *schema_->find(c.table);
    auto& rows = rows_of(who, table);
    if (rows.is_taken(stored(c.values), table))
      return failure(errc::already_exists, "the key or a unique value is taken");
    put(rows, table, stored(c.values), undo);
    ++done.rows;
    return std::nullopt;
  }

  fault apply(scope const& who, update_row const& c, receipt& done, undo_log& undo) {
    auto const& table = *schema_->find(c.table);
    auto& rows = rows_of(who, table);
    if (auto wrong = unmet(rows, table, c.key, c.conditions)) return wrong;
    row next = *rows.find(c.key);
    for (auto const& one : c.set) next[*table.position(one.column)] = stored_value(one.to);
    ++done.rows;
    return replace(rows, table, *rows.find(c.key), std::move(next), undo);
  }

  fault apply(scope const& who, increment_row const& c, receipt& done, undo_log& undo) {
    auto const& table = *schema_->find(c.table);
    auto& rows = rows_of(who, table);
    auto const* was = rows.find(c.values.front());
    if (!was) return apply(who, insert_row{c.table, c.values}, done, undo);
    row next = *was;
    for (auto const& column : c.add) {
      auto const at = *table.position(column);
      std::int64_t sum = 0;
      if (__builtin_add_overflow(std::get<std::int64_t>(next[at]), std::get<std::int64_t>(c.values[at]), &sum))
        return failure(errc::invalid_argument, column + ": the sum is out of range");
      next[at] = sum;
    }
    ++done.rows;
    return replace(rows, table, *was, std::move(next), undo);
  }

  fault apply(scope const& who, erase_row const& c, receipt& done, undo_log& undo) {
    auto const& table = *schema_->find(c.table);
    auto& rows = rows_of(who, table);
    if (auto wrong = unmet(rows, table, c.key, c.conditions)) return wrong;
    undo.push_back({&rows, &table, c.key, *rows.find(c.key)});
    rows.erase(c.key, table);
    ++done.rows;
    return std::nullopt;
  }

  fault apply(scope const& who, require_row const& c, receipt&, undo_log&) {
    auto const& table = *schema_->find(c.table);
    return unmet(rows_of(who, table), table, c.key, c.conditions);
  }

  static fault unmet(table_rows const& rows, record_description const& table, value const& key,
                     std::vector<condition> const& conditions) {
    auto const* present = rows.find(key);
    if (!present) return failure(errc::not_found, "not found");
    std::vector<std::string> lost;
    for (auto const& c : conditions)
      if (!holds(c, (*present)[*table.position(c.column)])) lost.push_back(c.column);
    return lost.empty() ? fault() : unmet_conditions(lost);
  }

  // The rows of one table in the layout of the next schema.
  result<table_rows> relayed(std::string const& name, table_rows const& old, schema const& next) const {
    auto const& before = *schema_->find(name);
    for (auto const& m : next.modules()) {
      auto const after = std::ranges::find(m.tables(), name, &record_description::table);
      if (after == m.tables().end()) continue;
      table_rows out(*after);
      for (auto const& [key, in] : old.all()) {
        row moved;
        for (auto const& f : after->fields) moved.push_back(relayed(in, before, m, name, f));
        out.insert(std::move(moved), *after);
      }
      return out;
    }
    return detail::differs(name, {}, "the table is not described");
  }

  // undone_change() has seen that there is a step.
  value relayed(row const& in, record_description const& before, module_schema const& m, std::string const& table,
                field const& f) const {
    if (auto const at = before.position(f.name)) return in[*at];
    auto const* step = detail::adding_step(m, versions_.at(m.name()), table, f.name);
    return detail::initial_value(step->initial_json, f).value();
  }

  schema_ref schema_;
  std::map<std::string, int> versions_;
  mutable std::map<place, table_rows> tables_;
};

class memory final : public storage {
 public:
  task<result<void>> migrate(schema_ref s) override {
    std::lock_guard lock(mutex_);
    co_return database_.migrate(std::move(s));
  }
  task<result<rows>> read(scope who, query q) override {
    std::lock_guard lock(mutex_);
    co_return database_.read(who, q);
  }
  task<result<rows>> search(scope who, text_query q) override {
    std::lock_guard lock(mutex_);
    co_return database_.search(who, q);
  }
  task<result<receipt>> write(scope who, batch b) override {
    std::lock_guard lock(mutex_);
    co_return database_.write(who, b);
  }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    std::lock_guard lock(mutex_);
    co_return database_.tenants(who, table, after);
  }
  task<result<void>> check() override { co_return result<void>(); }
  bool is_shared() const override { return false; }

 private:
  std::mutex mutex_;
  database database_;
};

}  // namespace

std::shared_ptr<storage> memory_storage() { return std::make_shared<memory>(); }

}  // namespace sambung
