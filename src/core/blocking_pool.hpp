// blocking_pool: a few threads for work that blocks, with a bounded queue in front.
#pragma once

#include "core/pending_call.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sambung {

// Thread safety: run() is safe to call from any thread. The destructor finishes what is queued; it must not run on one
// of the pool's own threads.
class blocking_pool {
 public:
  blocking_pool(std::size_t threads, std::size_t max_queued);
  ~blocking_pool();
  blocking_pool(blocking_pool const&) = delete;
  blocking_pool& operator=(blocking_pool const&) = delete;

  // Runs f(worker) on thread `worker`, 0 to threads - 1; f returns a result<T>. Completes on the caller's executor with
  // what f returned or threw; errc::unavailable when max_queued calls wait already. Cancellation does not stop f.
  template <class F>
  task<std::invoke_result_t<F&, std::size_t>> run(F f) {
    using outcome = std::invoke_result_t<F&, std::size_t>;
    auto start = [this, &f](pending_call<outcome> done) {
      auto queued = std::make_unique<call<F, outcome>>(std::move(f), std::move(done));
      if (!push(queued)) std::move(queued->done)(outcome(full()));
    };
    co_return co_await await_call<outcome>(std::move(start));
  }

  // Runs f(worker), which must not throw, and tells nobody. It is queued whatever waits already.
  template <class F>
  void post(F f) {
    {
      std::lock_guard lock(mutex_);
      queue_.push_back(std::make_unique<errand<F>>(std::move(f)));
    }
    wake_.notify_one();
  }

  static failure full() { return failure(errc::unavailable, "too much work is waiting"); }

 private:
  struct job {
    virtual ~job() = default;
    virtual void run(std::size_t worker) = 0;
  };

  template <class F>
  struct errand final : job {
    explicit errand(F f_) : f(std::move(f_)) {}
    void run(std::size_t worker) override { f(worker); }
    F f;
  };

  template <class F, class R>
  struct call final : job {
    call(F f_, pending_call<R> done_) : f(std::move(f_)), done(std::move(done_)) {}
    void run(std::size_t worker) override {
      std::exception_ptr thrown;
      std::optional<R> outcome;
      try {
        outcome.emplace(f(worker));
      } catch (std::exception const&) {
        thrown = std::current_exception();
      }
      if (thrown) std::move(done).fail(std::move(thrown));
      else std::move(done)(std::move(*outcome));
    }
    F f;
    pending_call<R> done;
  };

  // Takes the job unless the queue is full.
  template <class Job>
  bool push(std::unique_ptr<Job>& one) {
    {
      std::lock_guard lock(mutex_);
      if (queue_.size() >= max_queued_) return false;
      queue_.push_back(std::move(one));
    }
    wake_.notify_one();
    return true;
  }
  void work(std::size_t worker);

  std::size_t const max_queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<job>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sambung
