// running_engine: an engine with the threads that run it, as one Python process has it, and the calls that are under
// way.
#pragma once

#include "bridge_queue.hpp"
#include "call.hpp"
#include "held_storage.hpp"
#include "process.hpp"
#include "shape.hpp"

#include <sambung/engine/engine.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

namespace sambung::python {

class callbacks;

// What models are asked of and cost, as the engine was told.
struct offered_models {
  provider_registry providers;
  price_list prices;
};

// Lifetime: handles keep it; the engine in it ends with close().
class running_engine : public std::enable_shared_from_this<running_engine> {
 public:
  explicit running_engine(std::size_t threads);
  ~running_engine();

  // Makes the engine and starts it, both on its own thread. Throws what they throw, and as wait_for().
  void open(std::function<engine_options()> options, std::optional<std::chrono::milliseconds> limit,
            std::function<bool()> go_on);

  // Does one thing without an engine, on a thread of its own that ends with it.
  erased run_alone(task<erased> operation, std::function<bool()> go_on);

  // Throws error(errc::unavailable) once it is closed, and in a process that was forked since.
  std::shared_ptr<engine> served() const;
  void demand_here() const;
  bool is_open() const;
  bool foreign() const { return made_in_ != forks(); }

  boost::asio::any_io_executor executor() const;
  std::size_t threads() const { return thread_count_; }
  // On executor(), or `where` is said, which runs one thing at a time.
  std::shared_ptr<call> start(task<erased> operation, std::optional<std::chrono::milliseconds> limit,
                              call::done_function done, boost::asio::any_io_executor where = {});

  // Ends turns and threads; bounded. A second one waits for the first. Once `go_on` says no, the grace is over; it
  // throws interruption then, when everything has ended.
  void close(std::chrono::milliseconds grace, std::function<bool()> go_on = nullptr);

  // Throws as served().
  std::shared_ptr<offered_models const> offered() const;
  // How many keys rewrap_keys() has sealed so far.
  std::atomic<std::int64_t>& sealed() { return sealed_; }

  std::shared_ptr<python::callbacks> const& calls_back() { return callbacks_; }
  std::shared_ptr<bridge_queue> const& callback_bridge() const { return callback_bridge_; }

 private:
  void begin_threads();
  void run();
  void end_threads();
  void forget(std::shared_ptr<call> const& one);

  std::uint64_t made_in_ = forks();
  std::unique_ptr<boost::asio::io_context> io_;
  std::size_t thread_count_;
  std::shared_ptr<bridge_queue> callback_bridge_ = std::make_shared<bridge_queue>();
  std::shared_ptr<python::callbacks> callbacks_;
  std::vector<std::thread> threads_;
  std::size_t ended_threads_ = 0;
  std::condition_variable thread_ended_;
  mutable std::mutex mutex_;
  std::mutex closing_;
  std::shared_ptr<engine> engine_;
  std::set<std::shared_ptr<call>> calls_;
  std::shared_ptr<offered_models const> offered_;  // with engine_
  std::shared_ptr<held_storage> storage_;          // the engine's
  std::atomic<std::int64_t> sealed_ = 0;
};

using engine_ptr = std::shared_ptr<running_engine>;

// Those of this process that are open.
std::vector<engine_ptr> open_engines();

// Thrown where go_on() said no: a signal's exception is set.
struct interruption {};

// Who runs an operation that somebody waits for: they themselves, so that no other thread has to wake up for it, or
// the engine's thread, where signals are blocked: that is for what makes threads.
enum class runs_on { caller, engine };

// Blocks the calling thread, which holds no GIL, until the operation ends. `go_on` is asked every 50 ms, from when on
// the engine's thread runs the operation; once it says no, that is cancelled, has a second to end, and interruption is
// thrown.
erased wait_for(running_engine& in, task<erased> operation, std::optional<std::chrono::milliseconds> limit,
                std::function<bool()> go_on = nullptr, runs_on thread = runs_on::caller);

}  // namespace sambung::python
