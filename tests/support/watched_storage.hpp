// A storage that counts what is asked of it, and lets a test step in.
#pragma once

#include <sambung/storage/storage.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace sambung::tests {

class watched_storage final : public storage {
 public:
  explicit watched_storage(std::shared_ptr<storage> inner) : inner_(std::move(inner)) {}

  int reads() const { return reads_; }

  // Called once, when the next read of `table` has been answered and its caller does not know yet; of a thread, where
  // one is named.
  void after_read_of(std::string table, std::function<task<void>()> step,
                     std::optional<std::thread::id> reader = std::nullopt) {
    std::lock_guard const lock(mutex_);
    table_ = std::move(table);
    step_ = std::move(step);
    reader_ = reader;
  }
  // Called before each search from now on.
  void before_searches(std::function<task<void>()> step) {
    std::lock_guard const lock(mutex_);
    before_search_ = std::move(step);
  }
  // Called with each batch from now on, one at a time.
  void before_writes(std::function<void(batch const&)> look) {
    std::lock_guard const lock(mutex_);
    before_write_ = std::move(look);
  }
  // Every write for a tenant fails with this from now on.
  void refuse_tenants(std::optional<errc> with) {
    std::lock_guard const lock(mutex_);
    refused_ = with;
  }

  // From now on the row of `table` with this key reads as if its file were damaged: one column, or all behind the key,
  // have a value of another kind.
  void damage(std::string table, value key, std::optional<std::size_t> column = std::nullopt) {
    damage_where(std::move(table), [key](row const& one) { return one.front() == key; }, column);
    damaged_key_ = std::move(key);
  }
  // The same of every row that it says so of.
  void damage_where(std::string table, std::function<bool(row const&)> which,
                    std::optional<std::size_t> column = std::nullopt) {
    std::lock_guard const lock(mutex_);
    damaged_table_ = std::move(table);
    is_damaged_ = std::move(which);
    damaged_column_ = column;
  }

  // The same until every column of it is written.
  void damage_until_written(std::string table, value key, std::size_t columns) {
    damage(std::move(table), std::move(key));
    columns_to_mend_ = columns;
  }

  // As where words are made again: so many steps have to be taken, until which rows of `table` lack theirs from `key`
  // downwards.
  void leave_words(std::string table, value key, int steps) {
    table_left_ = std::move(table);
    key_left_ = std::move(key);
    words_left_ = steps;
  }

  task<result<void>> migrate(schema_ref s) override { return inner_->migrate(std::move(s)); }
  task<result<void>> adopt(schema_ref s) override { return inner_->adopt(std::move(s)); }
  task<result<rows>> read(scope who, query q) override {
    ++reads_;
    auto const table = q.table();
    auto found = co_await inner_->read(who, std::move(q));
    if (found) spoil(table, *found);
    auto const step = step_for(table);
    if (step) co_await step();
    co_return found;
  }
  task<result<rows>> search(scope who, text_query q) override {
    auto const step = search_step();
    if (step) co_await step();
    co_return co_await inner_->search(who, std::move(q));
  }
  task<result<receipt>> write(scope who, batch b) override {
    show(b);
    if (auto const code = refusal(who)) co_return failure(*code, "refused by the test");
    co_return co_await inner_->write(who, std::move(b));
  }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return inner_->tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return inner_->check(); }
  task<result<bool>> index_words() override {
    if (words_left_ > 0 && --words_left_ > 0) co_return true;
    co_return co_await inner_->index_words();
  }
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override {
    if (words_left_ > 0 && table == table_left_) co_return std::optional<value>(key_left_);
    co_return co_await inner_->lacking_words(who, std::move(table));
  }

 private:
  std::function<task<void>()> search_step() {
    std::lock_guard const lock(mutex_);
    return before_search_;
  }
  std::function<task<void>()> step_for(std::string const& table) {
    std::lock_guard const lock(mutex_);
    if (table != table_ || reader_.value_or(std::this_thread::get_id()) != std::this_thread::get_id()) return nullptr;
    table_.clear();
    return std::exchange(step_, nullptr);
  }
  void show(batch const& b) {
    std::lock_guard const lock(mutex_);
    if (before_write_) before_write_(b);
    for (auto const& one : b.changes()) {
      auto const* written = std::get_if<update_row>(&one);
      bool const mends = written && written->table == damaged_table_ && written->key == damaged_key_ &&
                         written->conditions.empty() && written->set.size() == columns_to_mend_;
      if (mends) damaged_table_.clear();
    }
  }
  void spoil(std::string const& table, rows& found) {
    std::lock_guard const lock(mutex_);
    if (table != damaged_table_) return;
    for (auto& item : found.items) {
      if (!is_damaged_(item)) continue;
      for (std::size_t i = damaged_column_.value_or(1); i < item.size() && i <= damaged_column_.value_or(i); ++i)
        item[i] = std::holds_alternative<bool>(item[i]) ? value(0.5) : value(true);
    }
  }
  std::optional<errc> refusal(scope const& who) {
    std::lock_guard const lock(mutex_);
    return who.is_system() ? std::nullopt : refused_;
  }

  std::shared_ptr<storage> inner_;
  std::atomic<int> reads_ = 0;
  std::mutex mutex_;
  std::string table_;
  std::function<task<void>()> step_;
  std::optional<std::thread::id> reader_;
  std::function<task<void>()> before_search_;
  std::function<void(batch const&)> before_write_;
  std::optional<errc> refused_;
  std::string table_left_;
  value key_left_;
  std::atomic<int> words_left_ = 0;
  std::string damaged_table_;
  std::function<bool(row const&)> is_damaged_;
  value damaged_key_;
  std::optional<std::size_t> damaged_column_;
  std::size_t columns_to_mend_ = 0;
};

}  // namespace sambung::tests
