#include <sambung/core/task.hpp>

#include <sambung/core/deadline.hpp>

#include "core/hosted_executor.hpp"
#include "core/waitable.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace sambung::detail {
namespace {

using context_ptr = std::unique_ptr<boost::asio::io_context>;

// Contexts of threads that ended, for those that come. Whoever completed a wait from another thread may still be busy
// with its context when the waiting thread goes on, and when it ends.
class idle_contexts {
 public:
  context_ptr take() {
    std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<boost::asio::io_context>(1);
    auto one = std::move(idle_.back());
    idle_.pop_back();
    return one;
  }
  void give_back(std::vector<context_ptr> some) {
    std::lock_guard lock(mutex_);
    std::ranges::move(some, std::back_inserter(idle_));
  }

  // Something in it has not ended.
  void leave_behind(context_ptr one) {
    std::lock_guard lock(mutex_);
    busy_.push_back(std::move(one));
    some_busy_ = true;
  }
  // Does what can be done in those without waiting.
  void go_on() {
    if (!some_busy_) return;
    for (auto& one : taken_busy()) {
      one->restart();
      one->poll();
      std::lock_guard lock(mutex_);
      some_busy_ = some_busy_ || !one->stopped();
      (one->stopped() ? idle_ : busy_).push_back(std::move(one));
    }
  }

 private:
  std::vector<context_ptr> taken_busy() {
    std::lock_guard lock(mutex_);
    some_busy_ = false;
    return std::exchange(busy_, {});
  }

  std::mutex mutex_;
  std::vector<context_ptr> idle_;
  std::vector<context_ptr> busy_;
  std::atomic<bool> some_busy_ = false;
};

idle_contexts& idle() {
  static idle_contexts all;
  return all;
}

// The contexts of one thread's blocking waits, one for each level of nesting.
class wait_contexts {
 public:
  wait_contexts() { idle(); }  // which so outlives this
  ~wait_contexts() { idle().give_back(std::move(contexts_)); }
  wait_contexts(wait_contexts const&) = delete;
  wait_contexts& operator=(wait_contexts const&) = delete;

  boost::asio::io_context& enter() {
    if (depth_ == contexts_.size()) contexts_.push_back(idle().take());
    return *contexts_[depth_++];
  }
  void leave() { --depth_; }
  // Leaves one in which something has not ended.
  void leave_behind() { idle().leave_behind(std::exchange(contexts_[--depth_], idle().take())); }

 private:
  std::vector<context_ptr> contexts_;
  std::size_t depth_ = 0;
};

// What an operation with a time limit leaves running has so long.
constexpr std::chrono::milliseconds leftover_time{500};

void demand_foreign_thread() {
  if (hosted_executor::runs_here())
    throw error(errc::invalid_argument,
                "sync_wait on a thread that runs an engine's executor would wait for itself: co_await there instead");
}

wait_contexts& contexts_here() {
  thread_local wait_contexts contexts;
  return contexts;
}

void finish_rest(boost::asio::io_context& context, std::chrono::milliseconds limit) {
  context.restart();
  context.run_for(limit);
}

// Runs the operation, and what it leaves behind, such as closing its connections: to the end, or for no more than
// `leftovers`.
void run_here(task<void> operation, std::optional<std::chrono::milliseconds> leftovers) {
  idle().go_on();
  auto& contexts = contexts_here();
  auto& context = contexts.enter();
  bool done = false;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, std::move(operation), [&](std::exception_ptr e) {
    thrown = e;
    done = true;
  });
  // A stray stop, late from an earlier wait, is ignored.
  while (!done) {
    context.restart();
    if (leftovers) context.run_one();
    else context.run();
  }
  if (leftovers) finish_rest(context, *leftovers);
  if (!leftovers || context.stopped()) contexts.leave();
  else contexts.leave_behind();
  if (thrown) std::rethrow_exception(thrown);
}

// An operation that this thread waits for as long as it is told to go on.
class watched_run {
 public:
  watched_run(boost::asio::io_context& context, task<void> operation) : context_(context) {
    auto ended = [state = state_](std::exception_ptr thrown) {
      state->thrown = std::move(thrown);
      state->over = true;
    };
    boost::asio::co_spawn(context_, std::move(operation),
                          boost::asio::bind_cancellation_slot(state_->cancel.slot(), std::move(ended)));
  }

  // Returns when it is over, or has been given up.
  void wait(std::chrono::milliseconds every, std::function<bool()> const& go_on) {
    every = waitable(every);
    auto next = time::now() + every;
    while (!state_->over) {
      context_.restart();
      context_.run_one_until(next);
      if (state_->over || time::now() < next) continue;
      if (stopped_) return;
      stopped_ = !asked(go_on);
      next = time::now() + (stopped_ ? leftover_time : every);
      if (stopped_) state_->cancel.emit(boost::asio::cancellation_type::terminal);
    }
  }

  bool over() const { return state_->over; }
  // Throws what became of it.
  void conclude() const {
    if (stopped_ && over() && !state_->thrown) return;
    if (refusal_) std::rethrow_exception(refusal_);
    if (stopped_) throw error(errc::cancelled, "given up while it was waited for");
    if (state_->thrown) std::rethrow_exception(state_->thrown);
  }

 private:
  using time = std::chrono::steady_clock;
  // Outlives this where the operation does not end.
  struct state {
    boost::asio::cancellation_signal cancel;
    std::exception_ptr thrown;
    bool over = false;
  };

  bool asked(std::function<bool()> const& go_on) {
    try {
      return go_on();
    } catch (...) {
      refusal_ = std::current_exception();
      return false;
    }
  }

  boost::asio::io_context& context_;
  std::shared_ptr<state> const state_ = std::make_shared<state>();
  std::exception_ptr refusal_;
  bool stopped_ = false;
};

}  // namespace

void run_to_completion(task<void> operation) {
  demand_foreign_thread();
  run_here(std::move(operation), std::nullopt);
}

void run_to_completion_within(task<void> operation, std::chrono::milliseconds limit) {
  demand_foreign_thread();
  run_here(run_within(std::move(operation), limit, nullptr), leftover_time);
}

void run_to_completion_while(task<void> operation, std::chrono::milliseconds every,
                             std::function<bool()> const& go_on) {
  demand_foreign_thread();
  if (every.count() <= 0) throw error(errc::invalid_argument, "what is asked now and then needs a time between");
  idle().go_on();
  auto& contexts = contexts_here();
  auto& context = contexts.enter();
  watched_run run(context, std::move(operation));
  run.wait(every, go_on);
  if (run.over()) finish_rest(context, leftover_time);
  if (run.over() && context.stopped()) contexts.leave();
  else contexts.leave_behind();
  run.conclude();
}

}  // namespace sambung::detail
