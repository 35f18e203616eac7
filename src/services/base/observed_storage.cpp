#include "services/base/observed_storage.hpp"

#include "core/blocking_pool.hpp"

#include <mutex>

namespace sambung {
namespace {

// Whether reads, or writes, are answered. A call that began before others failed says nothing about what is now.
class watched_side {
 public:
  watched_side(storage_side which, std::shared_ptr<observer> told) : which_(which), told_(std::move(told)) {}

  std::uint64_t begin() {
    std::lock_guard lock(mutex_);
    return failures_;
  }

  template <class T>
  void ended(std::uint64_t begun, result<T> const& outcome) {
    if (!outcome && outcome.error() == blocking_pool::full())
      return told_->refused(engine_queue::storage, outcome.error());
    bool const away = !outcome && outcome.error().code == errc::unavailable;
    if (!is_news(begun, away)) return;
    if (away) told_->storage_away(which_, outcome.error());
    else told_->storage_back(which_);
  }

 private:
  bool is_news(std::uint64_t begun, bool away) {
    std::lock_guard lock(mutex_);
    if (away) ++failures_;
    else if (begun != failures_) return false;
    return std::exchange(away_, away) != away;
  }

  storage_side const which_;
  std::shared_ptr<observer> const told_;
  std::mutex mutex_;
  std::uint64_t failures_ = 0;
  bool away_ = false;
};

class watched final : public storage {
 public:
  watched(std::shared_ptr<storage> inner, std::shared_ptr<observer> const& told)
      : inner_(std::move(inner)), reads_(storage_side::reads, told), writes_(storage_side::writes, told) {}

  task<result<void>> migrate(schema_ref s) override { return seen(writes_, inner_->migrate(std::move(s))); }
  task<result<void>> adopt(schema_ref s) override { return seen(reads_, inner_->adopt(std::move(s))); }
  task<result<rows>> read(scope who, query q) override { return seen(reads_, inner_->read(who, std::move(q))); }
  task<result<rows>> search(scope who, text_query q) override {
    return seen(reads_, inner_->search(who, std::move(q)));
  }
  task<result<receipt>> write(scope who, batch b) override { return seen(writes_, inner_->write(who, std::move(b))); }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return seen(reads_, inner_->tenants(who, std::move(table), after));
  }
  task<result<void>> check() override { return seen(reads_, inner_->check()); }
  task<result<bool>> index_words() override { return seen(writes_, inner_->index_words()); }
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override {
    return seen(reads_, inner_->lacking_words(who, std::move(table)));
  }
  bool is_shared() const override { return inner_->is_shared(); }
  std::string_view backend() const override { return inner_->backend(); }
  void measure(std::shared_ptr<metrics> into) override { inner_->measure(std::move(into)); }

 private:
  template <class T>
  static task<result<T>> seen(watched_side& side, task<result<T>> call) {
    auto const begun = side.begin();
    auto outcome = co_await std::move(call);
    side.ended(begun, outcome);
    co_return outcome;
  }

  std::shared_ptr<storage> const inner_;
  watched_side reads_;
  watched_side writes_;
};

}  // namespace

std::shared_ptr<storage> observed_storage(std::shared_ptr<storage> inner, std::shared_ptr<observer> told) {
  return std::make_shared<watched>(std::move(inner), told);
}

}  // namespace sambung
