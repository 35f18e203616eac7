#include "caller_run.hpp"

#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>

namespace sambung::python {

namespace asio = boost::asio;

// What runs on this thread, and below it what called that.
class caller_run::turn {
 public:
  explicit turn(caller_run const& of) : before_(std::exchange(now(), &of)) {}
  ~turn() { now() = before_; }
  turn(turn const&) = delete;
  turn& operator=(turn const&) = delete;
  static bool is_of(caller_run const& one) { return now() == &one; }

 private:
  static caller_run const*& now() {
    thread_local caller_run const* running = nullptr;
    return running;
  }
  caller_run const* const before_;
};

// Runs what one call of an executor was given.
struct caller_run::posted {
  void operator()() {
    turn const mine(*of);
    std::move(one)();
  }
  std::shared_ptr<caller_run> of;
  job one;
};

class caller_run::its_executor {
 public:
  its_executor(std::shared_ptr<caller_run> of, asio::execution::blocking_t blocking)
      : of_(std::move(of)), blocking_(blocking) {}

  asio::execution_context& query(asio::execution::context_t) const noexcept {
    return asio::query(of_->later_, asio::execution::context);
  }
  asio::execution::blocking_t query(asio::execution::blocking_t) const noexcept { return blocking_; }
  its_executor require(asio::execution::blocking_t::never_t how) const { return {of_, how}; }
  its_executor require(asio::execution::blocking_t::possibly_t how) const { return {of_, how}; }

  // Asio counts on it that what is dispatched from inside runs at once: what cancels a coroutine refers to the
  // coroutine.
  template <class F>
  void execute(F f) const {
    if (blocking_ == asio::execution::blocking.possibly && turn::is_of(*of_)) return std::move(f)();
    of_->put(job(std::move(f)));
  }
  friend bool operator==(its_executor const&, its_executor const&) noexcept = default;

 private:
  std::shared_ptr<caller_run> of_;
  asio::execution::blocking_t blocking_;
};

asio::any_io_executor caller_run::executor() {
  return its_executor(shared_from_this(), asio::execution::blocking.possibly);
}

void caller_run::put(job one) {
  std::lock_guard lock(mutex_);
  if (left_) return asio::post(later_, posted{shared_from_this(), std::move(one)});
  jobs_.push_back(std::move(one));
  changed_.notify_one();
}

void caller_run::tell(erased value, std::exception_ptr thrown) {
  std::lock_guard lock(mutex_);
  if (told_) return;
  told_ = true;
  value_ = std::move(value);
  thrown_ = std::move(thrown);
  changed_.notify_one();
}

bool caller_run::run(std::chrono::milliseconds limit) {
  auto const end = std::chrono::steady_clock::now() + limit;
  std::unique_lock lock(mutex_);
  while (changed_.wait_until(lock, end, [this] { return told_ || !jobs_.empty(); })) {
    if (told_) return true;
    if (std::chrono::steady_clock::now() >= end) return false;
    run_next(lock);
  }
  return false;
}

void caller_run::run_present(std::size_t most) {
  std::unique_lock lock(mutex_);
  for (; most > 0 && !jobs_.empty(); --most) run_next(lock);
}

void caller_run::run_next(std::unique_lock<std::mutex>& lock) {
  auto next = std::move(jobs_.front());
  jobs_.pop_front();
  lock.unlock();
  posted{shared_from_this(), std::move(next)}();
  lock.lock();
}

void caller_run::leave() {
  if (left_) return;  // nobody else writes it; in a process that was forked since, the lock may be held for ever
  std::lock_guard lock(mutex_);
  left_ = true;
  for (auto& one : jobs_) asio::post(later_, posted{shared_from_this(), std::move(one)});
  jobs_.clear();
}

erased caller_run::outcome() {
  std::lock_guard lock(mutex_);
  if (thrown_) std::rethrow_exception(thrown_);
  return std::move(value_);
}

}  // namespace sambung::python
