#include <sambung/storage/memory.hpp>

#include "storage/checking.hpp"
#include "storage/initial.hpp"
#include "storage/memory_table.hpp"
#include "storage/migrating.hpp"
#include "storage/row_conditions.hpp"

#include <algorithm>
#include <map>
#include <mutex>

namespace sambung {
namespace {

using detail::memory_table;

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
    std::map<place, memory_table> moved;
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

  result<void> adopt(schema_ref const& next) const {
    if (auto wrong = next->check(); !wrong.empty()) return detail::invalid(std::move(wrong));
    for (auto const& m : next->modules()) {
      auto const found = versions_.find(m.name());
      if (auto other = detail::other_version(m, found == versions_.end() ? 0 : found->second)) return std::move(*other);
    }
    if (schema_)
      if (auto undone = detail::undone_change(*schema_, versions_, *next)) return std::move(*undone);
    return {};
  }

  result<rows> read(scope const& who, query const& q) const {
    if (!schema_) return detail::not_migrated();
    auto const table = check(*schema_, who, q);
    if (!table) return table.error();
    return rows_of(who, **table).read(q);
  }

  result<rows> search(scope const& who, text_query const& q) const {
    if (!schema_) return detail::not_migrated();
    auto const table = check(*schema_, who, q);
    if (!table) return table.error();
    return rows_of(who, **table).search(q);
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
    memory_table* rows;
    value key;
    std::optional<row> was;
  };
  using undo_log = std::vector<undo_step>;
  using fault = std::optional<failure>;

  memory_table& rows_of(scope const& who, record_description const& table) const {
    auto const tenant = who.is_system() ? std::nullopt : std::optional(who.tenant());
    return tables_.try_emplace(place(table.table, tenant), table).first->second;
  }

  static row stored(row const& in) {
    row out;
    for (auto const& v : in) out.push_back(stored_value(v));
    return out;
  }

  static void put(memory_table& rows, row next, undo_log& undo) {
    auto const key = next.front();
    auto const* was = rows.find(key);
    undo.push_back({&rows, key, was ? std::optional(*was) : std::nullopt});
    rows.put(std::move(next));
  }

  static void roll_back(undo_log& undo) {
    for (auto step = undo.rbegin(); step != undo.rend(); ++step) {
      if (step->was) step->rows->put(std::move(*step->was));
      else step->rows->erase(step->key);
    }
  }

  // Replaces a row by its next version unless that collides with another row.
  static fault replace(memory_table& rows, row next, undo_log& undo) {
    auto const key = next.front();
    if (rows.is_taken(next, &key)) return failure(errc::already_exists, "a unique value is taken");
    put(rows, std::move(next), undo);
    return std::nullopt;
  }

  fault apply(scope const& who, insert_row const& c, receipt& done, undo_log& undo) {
    auto const& table = *schema_->find(c.table);
    auto& rows = rows_of(who, table);
    if (rows.is_taken(stored(c.values), nullptr))
      return failure(errc::already_exists, "the key or a unique value is taken");
    put(rows, stored(c.values), undo);
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
    return replace(rows, std::move(next), undo);
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
    return replace(rows, std::move(next), undo);
  }

  fault apply(scope const& who, erase_row const& c, receipt& done, undo_log& undo) {
    auto const& table = *schema_->find(c.table);
    auto& rows = rows_of(who, table);
    if (auto wrong = unmet(rows, table, c.key, c.conditions)) return wrong;
    undo.push_back({&rows, c.key, *rows.find(c.key)});
    rows.erase(c.key);
    ++done.rows;
    return std::nullopt;
  }

  fault apply(scope const& who, require_row const& c, receipt&, undo_log&) {
    auto const& table = *schema_->find(c.table);
    return unmet(rows_of(who, table), table, c.key, c.conditions);
  }

  static fault unmet(memory_table const& rows, record_description const& table, value const& key,
                     std::vector<condition> const& conditions) {
    auto const* present = rows.find(key);
    if (!present) return failure(errc::not_found, "not found");
    std::vector<std::string> lost;
    for (auto const& c : conditions)
      if (!detail::holds(c, (*present)[*table.position(c.column)])) lost.push_back(c.column);
    return lost.empty() ? fault() : unmet_conditions(lost);
  }

  // The rows of one table in the layout of the next schema.
  result<memory_table> relayed(std::string const& name, memory_table const& old, schema const& next) const {
    auto const& before = *schema_->find(name);
    for (auto const& m : next.modules()) {
      auto const after = std::ranges::find(m.tables(), name, &record_description::table);
      if (after == m.tables().end()) continue;
      memory_table out(*after);
      for (auto const& [key, in] : old.all()) {
        row moved;
        for (auto const& f : after->fields) moved.push_back(relayed(in, before, m, name, f));
        if (out.is_taken(moved, nullptr))
          return failure(errc::conflict, "a step of the migration: rows of " + name + " are equal that must not be");
        out.put(std::move(moved));
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
  mutable std::map<place, memory_table> tables_;
};

class memory final : public storage {
 public:
  task<result<void>> migrate(schema_ref s) override {
    std::lock_guard lock(mutex_);
    co_return database_.migrate(std::move(s));
  }
  task<result<void>> adopt(schema_ref s) override {
    std::lock_guard lock(mutex_);
    co_return database_.adopt(s);
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
  std::string_view backend() const override { return "memory"; }

 private:
  std::mutex mutex_;
  database database_;
};

}  // namespace

std::shared_ptr<storage> memory_storage() { return std::make_shared<memory>(); }

}  // namespace sambung
