#include <sambung/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace sambung::detail {

// One context for each thread, which stays: whoever completed the last wait from another thread may still be busy with
// the context when the waiting thread goes on. For the same reason a stray stop of an earlier run is ignored.
void run_to_completion(task<void> operation) {
  thread_local boost::asio::io_context context(1);
  bool done = false;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, std::move(operation), [&](std::exception_ptr e) {
    thrown = e;
    done = true;
  });
  while (!done)
    if (context.run_one() == 0) context.restart();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace sambung::detail
