#include <sambung/testing/manual_clock.hpp>

#include "core/context_hold.hpp"
#include "core/waitable.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <vector>

namespace sambung::testing {
namespace {

namespace asio = boost::asio;

// A coroutine that sleeps.
struct sleeper {
  asio::any_io_executor executor;
  asio::any_completion_handler<void(boost::system::error_code)> handler;

  void wake(boost::system::error_code why) && {
    post_home(std::move(executor), [woken = std::move(handler), why]() mutable { std::move(woken)(why); });
  }
};

}  // namespace

struct manual_clock::state {
  // Sleeps count time that passed, not what the wall clock shows.
  using place = std::pair<std::chrono::milliseconds, std::uint64_t>;

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  timestamp now;
  std::chrono::milliseconds passed{0};
  std::uint64_t next = 0;
  std::map<place, sleeper> sleepers;

  template <class Handler>
  void add(std::chrono::milliseconds time, Handler handler, std::shared_ptr<state> const& self) {
    auto executor = asio::prefer(asio::any_io_executor(asio::get_associated_executor(handler)),
                                 asio::execution::outstanding_work.tracked);
    auto slot = asio::get_associated_cancellation_slot(handler);
    sleeper one{std::move(executor), std::move(handler)};
    {
      std::lock_guard lock(mutex);
      if (time.count() > 0) {
        place const where{passed + time, next++};
        if (slot.is_connected())
          slot.assign([weak = std::weak_ptr(self), where](asio::cancellation_type) {
            if (auto const s = weak.lock()) s->cancel(where);
          });
        sleepers.emplace(where, std::move(one));
        changed.notify_all();
        return;
      }
    }
    std::move(one).wake({});
  }

  void cancel(place const& where) {
    std::unique_lock lock(mutex);
    auto taken = sleepers.extract(where);
    lock.unlock();
    if (!taken.empty()) std::move(taken.mapped()).wake(asio::error::operation_aborted);
  }

  void advance(std::chrono::milliseconds time) {
    std::vector<sleeper> due;
    {
      std::lock_guard lock(mutex);
      now += time;
      passed += time;
      while (!sleepers.empty() && sleepers.begin()->first.first <= passed)
        due.push_back(std::move(sleepers.extract(sleepers.begin()).mapped()));
    }
    for (auto& one : due) std::move(one).wake({});
  }
};

manual_clock::manual_clock() : manual_clock(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) {}

manual_clock::manual_clock(timestamp start) : state_(std::make_shared<state>()) { state_->now = start; }

manual_clock::~manual_clock() = default;

timestamp manual_clock::now() const {
  std::lock_guard lock(state_->mutex);
  return state_->now;
}

task<void> manual_clock::sleep(std::chrono::milliseconds time) {
  auto const self = state_;
  auto initiate = [](auto handler, std::shared_ptr<state> const* s, std::chrono::milliseconds t) {
    (*s)->add(t, std::move(handler), *s);
  };
  co_await asio::async_initiate<asio::use_awaitable_t<> const, void(boost::system::error_code)>(
      initiate, asio::use_awaitable, &self, waitable(time));
}

void manual_clock::advance(std::chrono::milliseconds time) { state_->advance(time); }

void manual_clock::set(timestamp now) {
  std::lock_guard lock(state_->mutex);
  state_->now = now;
}

std::size_t manual_clock::sleeping() const {
  std::lock_guard lock(state_->mutex);
  return state_->sleepers.size();
}

bool manual_clock::wait_for_sleepers(std::size_t count, std::chrono::milliseconds limit) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, limit, [&] { return state_->sleepers.size() >= count; });
}

}  // namespace sambung::testing
