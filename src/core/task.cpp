#include <sambung/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

namespace sambung::detail {
namespace {

using context_ptr = std::unique_ptr<boost::asio::io_context>;

// Contexts outlive their runs: another thread that posted the last completion may still be inside post() when run()
// returns. Several, since a run may be nested in another.
thread_local std::vector<context_ptr> spare_contexts;

context_ptr take_context() {
  if (spare_contexts.empty()) return std::make_unique<boost::asio::io_context>(1);
  auto taken = std::move(spare_contexts.back());
  spare_contexts.pop_back();
  taken->restart();
  return taken;
}

}  // namespace

void run_to_completion(task<void> operation) {
  auto context = take_context();
  std::exception_ptr thrown;
  boost::asio::co_spawn(*context, std::move(operation), [&](std::exception_ptr e) { thrown = e; });
  context->run();
  spare_contexts.push_back(std::move(context));
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace sambung::detail
