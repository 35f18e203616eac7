#include "running_engine.hpp"

#include "callbacks.hpp"
#include "caller_run.hpp"

#include <sambung/storage/memory.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/strand.hpp>

#include <pthread.h>

#include <algorithm>
#include <csignal>

namespace sambung::python {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto look_interval = 50ms;     // between looks at signals
constexpr auto no_look = 24h;            // of a thread that hears none
constexpr auto interrupted_wait = 40ms;  // what was interrupted has so long to end: with a look less than 100 ms
constexpr auto patience_of_close = 40s;  // beyond the grace: storage that is away is waited for
constexpr auto cancelled_wait = 500ms;   // what a close cancels
constexpr auto thread_end = 2s;

// Signals are for the threads of Python's.
class no_signals {
 public:
  no_signals() {
    sigset_t every;
    sigfillset(&every);
    ::pthread_sigmask(SIG_SETMASK, &every, &before_);
  }
  ~no_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  no_signals(no_signals const&) = delete;
  no_signals& operator=(no_signals const&) = delete;

 private:
  sigset_t before_;
};

failure closed() { return failure(errc::unavailable, "the engine is closed"); }

class open_list {
 public:
  void add(engine_ptr one) {
    std::lock_guard lock(mutex_);
    open_.push_back(std::move(one));
  }
  void remove(running_engine const* one) {
    engine_ptr gone;  // destroyed without the lock
    std::lock_guard lock(mutex_);
    auto const found = std::ranges::find(open_, one, &engine_ptr::get);
    if (found == open_.end()) return;
    gone = std::move(*found);
    open_.erase(found);
  }
  std::vector<engine_ptr> all() {
    std::lock_guard lock(mutex_);
    return open_;
  }

 private:
  std::mutex mutex_;
  std::vector<engine_ptr> open_;
};

open_list& engines() {
  static auto* const list = new open_list;  // nothing of it ends behind the interpreter
  return *list;
}

struct opened_engine {
  std::shared_ptr<engine> one;
  std::shared_ptr<offered_models const> offered;
  std::shared_ptr<held_storage> storage;
};

// Of an application without a database what is stored is in memory.
std::shared_ptr<held_storage> held(std::shared_ptr<storage> told, asio::any_io_executor executor) {
  if (told) return std::make_shared<held_storage>(std::move(told));
  return std::make_shared<held_storage>(memory_storage(), std::move(executor));
}

task<erased> open_on_thread(std::shared_ptr<opened_engine> made, asio::any_io_executor executor,
                            std::function<engine_options()> options) {
  auto told = options();
  made->offered = std::make_shared<offered_models const>(offered_models{told.providers, told.prices});
  made->storage = held(std::move(told.storage), executor);
  told.storage = made->storage;
  made->one = std::make_shared<engine>(executor, std::move(told));
  co_await made->one->start();
  co_return nothing();
}

task<erased> shut_down(std::shared_ptr<engine> going, std::chrono::milliseconds grace) {
  co_await going->shutdown(grace);
  co_return nothing();
}

}  // namespace

running_engine::running_engine(std::size_t threads)
    : io_(std::make_unique<asio::io_context>(static_cast<int>(threads))),
      thread_count_(threads),
      callbacks_(std::make_shared<python::callbacks>(callback_bridge_)) {}

running_engine::~running_engine() {
  if (!foreign()) return;
  static_cast<void>(io_.release());  // another process's threads may have been inside
  for (auto& one : threads_) one.detach();
}

void running_engine::run() {
  auto const work = asio::make_work_guard(*io_);
  io_->run();
  std::lock_guard lock(mutex_);
  ++ended_threads_;
  thread_ended_.notify_all();
}

void running_engine::begin_threads() {
  no_signals const here;
  for (std::size_t i = 0; i < thread_count_; ++i) threads_.emplace_back([this] { run(); });
}

erased running_engine::run_alone(task<erased> operation, std::function<bool()> go_on) {
  begin_threads();
  try {
    auto outcome = wait_for(*this, std::move(operation), std::nullopt, std::move(go_on), runs_on::engine);
    end_threads();
    return outcome;
  } catch (...) {
    end_threads();
    throw;
  }
}

void running_engine::open(std::function<engine_options()> options, std::optional<std::chrono::milliseconds> limit,
                          std::function<bool()> go_on) {
  begin_threads();
  auto const made = std::make_shared<opened_engine>();
  try {
    wait_for(*this, open_on_thread(made, io_->get_executor(), std::move(options)), limit, std::move(go_on),
             runs_on::engine);
  } catch (...) {
    end_threads();
    throw;
  }
  {
    std::lock_guard lock(mutex_);
    offered_ = std::move(made->offered);
    engine_ = std::move(made->one);
    storage_ = std::move(made->storage);
  }
  engines().add(shared_from_this());
}

void running_engine::demand_here() const {
  if (foreign())
    throw error(errc::unavailable,
                "this engine is another process's: the process has forked; open one in this process");
}

std::shared_ptr<engine> running_engine::served() const {
  demand_here();
  std::lock_guard lock(mutex_);
  if (!engine_) throw error(closed());
  return engine_;
}

std::shared_ptr<offered_models const> running_engine::offered() const {
  demand_here();
  std::lock_guard lock(mutex_);
  if (!offered_) throw error(closed());
  return offered_;
}

bool running_engine::is_open() const {
  if (foreign()) return false;
  std::lock_guard lock(mutex_);
  return engine_ != nullptr;
}

asio::any_io_executor running_engine::executor() const {
  if (thread_count_ == 1) return io_->get_executor();
  return asio::make_strand(*io_);
}

std::shared_ptr<call> running_engine::start(task<erased> operation, std::optional<std::chrono::milliseconds> limit,
                                            call::done_function done, asio::any_io_executor where) {
  demand_here();
  auto const self = std::make_shared<std::weak_ptr<call>>();
  auto told = [this, self, done = std::move(done)](erased value, std::exception_ptr thrown) {
    forget(self->lock());
    done(std::move(value), std::move(thrown));
  };
  auto const one = std::make_shared<call>(where ? std::move(where) : executor(), std::move(told));
  *self = one;
  {
    std::lock_guard lock(mutex_);
    if (ended_threads_ > 0) throw error(closed());
    calls_.insert(one);
  }
  one->start(std::move(operation), limit);
  return one;
}

void running_engine::forget(std::shared_ptr<call> const& one) {
  std::lock_guard lock(mutex_);
  calls_.erase(one);
  if (calls_.empty()) thread_ended_.notify_all();
}

void running_engine::close(std::chrono::milliseconds grace, std::function<bool()> go_on) {
  if (foreign()) return;
  std::lock_guard one_at_a_time(closing_);
  std::shared_ptr<engine> going;
  {
    std::lock_guard lock(mutex_);
    going = std::move(engine_);
    engine_ = nullptr;
  }
  if (!going) return;
  std::exception_ptr failed;
  auto const limit = std::min<std::chrono::milliseconds>(grace, 24h) + patience_of_close;
  bool interrupted = false;
  auto const hurry = [&] {  // a second shutdown makes the first one's grace shorter
    if (interrupted || go_on()) return true;
    interrupted = true;
    start(shut_down(going, 0ms), std::nullopt, [](erased, std::exception_ptr) {});
    return true;
  };
  try {
    wait_for(*this, shut_down(going, grace), limit, go_on ? std::function<bool()>(hurry) : nullptr, runs_on::engine);
  } catch (...) {
    failed = std::current_exception();
  }
  end_threads();
  going.reset();
  std::shared_ptr<held_storage> storage;
  {
    std::lock_guard lock(mutex_);
    offered_ = nullptr;
    storage = std::exchange(storage_, nullptr);
  }
  if (storage) storage->let_go();
  engines().remove(this);
  if (interrupted) throw interruption();
  if (failed) std::rethrow_exception(failed);
}

// What still runs is cancelled, and told that the engine is closed if it does not end by that.
void running_engine::end_threads() {
  std::set<std::shared_ptr<call>> left;
  {
    std::lock_guard lock(mutex_);
    left = calls_;
  }
  for (auto const& one : left) one->cancel();
  left.clear();
  std::unique_lock lock(mutex_);
  thread_ended_.wait_for(lock, cancelled_wait, [this] { return calls_.empty(); });
  io_->stop();
  bool const ended = thread_ended_.wait_for(lock, thread_end, [this] { return ended_threads_ == thread_count_; });
  left = std::exchange(calls_, {});
  ended_threads_ = thread_count_;
  lock.unlock();
  for (auto& one : threads_) ended ? one.join() : one.detach();
  threads_.clear();
  if (!ended) static_cast<void>(new engine_ptr(shared_from_this()));  // what still runs there refers to this
  for (auto const& one : left) one->finish({}, std::make_exception_ptr(error(closed())));
}

std::vector<engine_ptr> open_engines() { return engines().all(); }

erased wait_for(running_engine& in, task<erased> operation, std::optional<std::chrono::milliseconds> limit,
                std::function<bool()> go_on, runs_on thread) {
  auto const here = std::make_shared<caller_run>(in.executor());
  caller_run::presence const waiting(*here);
  auto told = [here](erased value, std::exception_ptr thrown) { here->tell(std::move(value), std::move(thrown)); };
  auto where = thread == runs_on::caller ? here->executor() : asio::any_io_executor();
  auto const one = in.start(std::move(operation), limit, std::move(told), std::move(where));
  while (!here->run(go_on ? look_interval : no_look)) {
    here->leave();  // a signal's handler may take its time, wait for what this does, or close the engine
    bool const on = !go_on || go_on();
    in.demand_here();
    if (on) continue;
    one->cancel();
    here->run(interrupted_wait);
    throw interruption();
  }
  return here->outcome();
}

}  // namespace sambung::python
