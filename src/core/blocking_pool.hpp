// blocking_pool: a few threads for work that blocks, with a bounded queue in front.
#pragma once

#include <sambung/core/export.hpp>

#include "core/pending_call.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace sambung {

// Thread safety: run() is safe to call from any thread. The destructor finishes what is queued; it must not run on one
// of the pool's own threads.
class SAMBUNG_API blocking_pool {
 public:
  blocking_pool(std::size_t threads, std::size_t max_queued);
  ~blocking_pool();
  blocking_pool(blocking_pool const&) = delete;
  blocking_pool& operator=(blocking_pool const&) = delete;

  // Finishes what is queued and ends the threads. run() may not be called afterwards.
  void finish();

  // Answers the calls that have waited since before `moment` with `why`; they do not run.
  void refuse_queued_before(std::chrono::steady_clock::time_point moment, failure const& why);

  // Runs f(worker) on thread `worker`, 0 to threads - 1; f returns a result<T>. Completes on the caller's executor with
  // what f returned or threw; errc::unavailable when max_queued calls wait already. Cancellation does not stop f.
  template <class F>
  task<std::invoke_result_t<F&, std::size_t>> run(F f) {
    using outcome = std::invoke_result_t<F&, std::size_t>;
    call<F, outcome> queued(std::move(f));  // in this coroutine, which queued.done keeps
    auto start = [this, &queued](pending_call<outcome> done) {
      queued.done.emplace(std::move(done));
      if (!push(queued)) queued.take()(outcome(full()));
    };
    co_return co_await await_call<outcome>(std::move(start));
  }

  // Runs f(worker) or refused(failure), which must not throw, and tells nobody. It is queued whatever waits already.
  template <class F, class Refused>
  void post(F f, Refused refused) {
    enqueue(*std::make_unique<errand<F, Refused>>(std::move(f), std::move(refused)).release());
  }

  // How many calls wait for a thread.
  std::size_t waiting() const;

  // Told, on its thread, how long each call has waited; it must not throw. For what begins from now on.
  using wait_listener = std::function<void(std::chrono::steady_clock::duration)>;
  void tell_waits(wait_listener to);

  static failure full() { return failure(errc::unavailable, "too much work is waiting"); }

 private:
  struct job {
    virtual void run(std::size_t worker) = 0;
    virtual void refuse(failure why) = 0;

    std::chrono::steady_clock::time_point const since = std::chrono::steady_clock::now();
  };

  // Belongs to the queue, and so to whoever takes it from there.
  template <class F, class Refused>
  struct errand final : job {
    errand(F f_, Refused refused_) : f(std::move(f_)), refused(std::move(refused_)) {}
    void run(std::size_t worker) override {
      std::unique_ptr<errand> const mine(this);
      f(worker);
    }
    void refuse(failure why) override {
      std::unique_ptr<errand> const mine(this);
      refused(std::move(why));
    }
    F f;
    Refused refused;
  };

  template <class F, class R>
  struct call final : job {
    explicit call(F f_) : f(std::move(f_)) {}
    void run(std::size_t worker) override {
      std::exception_ptr thrown;
      std::optional<R> outcome;
      try {
        outcome.emplace(f(worker));
      } catch (...) {
        thrown = std::current_exception();
      }
      auto call_back = take();  // once called, the coroutine may go on and end, and this with it
      if (thrown) std::move(call_back).fail(std::move(thrown));
      else std::move(call_back)(std::move(*outcome));
    }
    void refuse(failure why) override {
      auto call_back = take();
      std::move(call_back)(R(std::move(why)));
    }
    pending_call<R> take() { return std::move(*std::exchange(done, std::nullopt)); }

    F f;
    std::optional<pending_call<R>> done;
  };

  // Takes the job unless the queue is full.
  bool push(job& one);
  void enqueue(job& one);
  void work(std::size_t worker);

  std::size_t const max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<job*> queue_;
  std::shared_ptr<wait_listener const> waits_;  // null: nobody is told
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sambung
