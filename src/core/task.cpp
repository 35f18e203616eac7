#include <sambung/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

namespace sambung::detail {
namespace {

// The contexts of one thread's blocking waits, one for each level of nesting. They stay: whoever completed a wait from
// another thread may still be busy with its context when the waiting thread goes on.
class wait_contexts {
 public:
  boost::asio::io_context& enter() {
    if (depth_ == contexts_.size()) contexts_.push_back(std::make_unique<boost::asio::io_context>(1));
    return *contexts_[depth_++];
  }
  void leave() { --depth_; }

 private:
  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
  std::size_t depth_ = 0;
};

}  // namespace

void run_to_completion(task<void> operation) {
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
