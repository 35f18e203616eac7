#include <sambung/core/task.hpp>

#include "core/hosted_executor.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <mutex>
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

 private:
  std::mutex mutex_;
  std::vector<context_ptr> idle_;
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

 private:
  std::vector<context_ptr> contexts_;
  std::size_t depth_ = 0;
};

}  // namespace

void run_to_completion(task<void> operation) {
  if (hosted_executor::runs_here())
    throw error(errc::invalid_argument,
                "sync_wait on a thread that runs an engine's executor would wait for itself: co_await there instead");
  thread_local wait_contexts contexts;
  auto& context = contexts.enter();
  bool done = false;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, std::move(operation), [&](std::exception_ptr e) {
    thrown = e;
    done = true;
  });
  // Also runs what the operation left behind, such as closing its connections. A stray stop, late from an earlier wait,
  // is ignored.
  while (!done) {
    context.restart();
    context.run();
  }
  contexts.leave();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace sambung::detail
