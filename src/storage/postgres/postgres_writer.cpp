#include "storage/postgres/postgres_writer.hpp"

#include <algorithm>

namespace sambung::sql {
namespace {

// Enough to hide the sync of a slow disk; each of them is applied again when one is refused.
constexpr std::size_t max_group = 16;

// What met a deadlock once must not meet the next, and the next.
class deadlock_free {
 public:
  explicit deadlock_free(addressed_batch const& what) : what_(what) {}
  result<receipt> apply(postgres_connection& to) {
    return apply_batch(to, what_, std::exchange(with_, company::in_line));
  }

 private:
  addressed_batch const& what_;
  company with_ = company::anyone;
};

}  // namespace

task<result<receipt>> postgres_writer::write(schema_ref s, scope who, batch b) {
  if (b.empty()) co_return receipt();
  addressed_batch const what{*s, who, b};
  auto start = [&](pending_call<outcome> done) {
    push({what, shared_rows(what), postgres_pool::clock::now() + pool_.max_wait(), std::move(done)});
  };
  auto const together = co_await await_call<outcome>(std::move(start));
  if (!together) co_return together.error();
  if (*together) co_return **together;
  auto alone = [one = deadlock_free(what)](postgres_connection& to) mutable { return one.apply(to); };
  co_return co_await pool_.run(repetition::unsafe, std::move(alone));
}

void postgres_writer::push(waiting_batch one) {
  bool full = false, work = false;
  {
    std::lock_guard lock(mutex_);
    full = waiting_.size() >= pool_.max_queued();
    if (!full) {
      waiting_.push_back(std::move(one));
      work = working_ < max_working_;
      working_ += work;
    }
  }
  if (full) std::move(one.done)(blocking_pool::full());
  else if (work) work_later();
}

void postgres_writer::work_later() {
  pool_.post([this](auto&& connect) { work(connect); }, [this](failure const& why) { refuse_late(why); });
}

// Every thread of the pool is held up.
void postgres_writer::refuse_late(failure const& why) {
  group late;
  bool more = false;
  {
    std::lock_guard lock(mutex_);
    for (; !waiting_.empty() && waiting_.front().deadline <= postgres_pool::clock::now(); waiting_.pop_front())
      late.push_back(std::move(waiting_.front()));
    more = !waiting_.empty();
    working_ -= !more;
  }
  if (more) work_later();
  for (auto& one : late) std::move(one.done)(why);
}

// Commits one group. The next one queues again behind the reads that wait.
template <class Connect>
void postgres_writer::work(Connect const& connect) {
  auto all = take();
  std::vector<outcome> outcomes(all.size());
  std::exception_ptr thrown;
  try {
    commit(all, connect, outcomes);
  } catch (std::exception const&) {
    thrown = std::current_exception();
  }
  if (finish(all)) work_later();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (thrown) std::move(all[i].done).fail(thrown);
    else std::move(all[i].done)(std::move(outcomes[i]));
  }
}

std::size_t postgres_writer::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

void postgres_writer::measure(std::shared_ptr<detail::storage_metrics const> by) {
  std::lock_guard lock(mutex_);
  measured_ = std::move(by);
}

postgres_writer::group postgres_writer::take() {
  std::lock_guard lock(mutex_);
  group all;
  std::deque<waiting_batch> left;
  for (; !waiting_.empty() && all.size() < max_group; waiting_.pop_front()) {
    auto& first = waiting_.front();
    auto const is_busy = [&](std::string const& row) { return busy_rows_.contains(row); };
    if (std::ranges::any_of(first.rows, is_busy)) left.push_back(std::move(first));
    else all.push_back(std::move(first));
  }
  for (; !left.empty(); left.pop_back()) waiting_.push_front(std::move(left.back()));
  for (auto const& one : all) busy_rows_.insert(one.rows.begin(), one.rows.end());
  if (measured_ && !all.empty()) measured_->group_sizes().observe(static_cast<double>(all.size()));
  return all;
}

// Whether there may be more to do. Those that must wait for another group are taken up by the one that commits it.
bool postgres_writer::finish(group const& all) {
  std::lock_guard lock(mutex_);
  for (auto const& one : all)
    for (auto const& row : one.rows) busy_rows_.erase(row);
  bool const more = !all.empty() && !waiting_.empty();
  working_ -= !more;
  return more;
}

template <class Connect>
void postgres_writer::commit(group const& all, Connect const& connect, std::vector<outcome>& outcomes) {
  if (all.empty()) return;
  deadlock_free first(all.front().what);
  auto apply = [&](postgres_connection& to) -> result<void> {
    if (all.size() == 1) {
      auto const done = first.apply(to);
      outcomes.front() = done ? outcome(*done) : outcome(done.error());
      return {};
    }
    std::vector<addressed_batch> batches;
    for (auto const& one : all) batches.push_back(one.what);
    std::ranges::copy(apply_together(to, batches), outcomes.begin());
    return {};
  };
  // The last one came in time, and the others before it.
  auto const connected = connect(repetition::unsafe, all.back().deadline, apply);
  if (!connected) std::ranges::fill(outcomes, outcome(connected.error()));
}

}  // namespace sambung::sql
