#include "core/rising_level.hpp"

#include "core/context_hold.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/container/small_vector.hpp>

#include <utility>

namespace sambung {
namespace asio = boost::asio;

void rising_level::waiter::resume(boost::system::error_code how) && {
  post_home(std::move(executor), [h = std::move(handler), how]() mutable { std::move(h)(how); });
}

void rising_level::raise_to(std::int64_t level) { raise(std::unique_lock(state_->mutex), level); }

void rising_level::raise_by(std::int64_t amount) {
  std::unique_lock lock(state_->mutex);
  auto const level = state_->level > top - amount ? top : state_->level + amount;
  raise(std::move(lock), level);
}

void rising_level::raise(std::unique_lock<std::mutex> lock, std::int64_t level) {
  if (level <= state_->level) return;
  state_->level = level;
  auto const end = state_->waiters.lower_bound(level);
  boost::container::small_vector<waiter, 1> woken;
  for (auto it = state_->waiters.begin(); it != end; ++it) woken.push_back(std::move(it->second));
  state_->waiters.erase(state_->waiters.begin(), end);
  lock.unlock();
  for (auto& w : woken) std::move(w).resume({});
}

std::int64_t rising_level::value() const {
  std::lock_guard lock(state_->mutex);
  return state_->level;
}

auto rising_level::wait_above(std::shared_ptr<state> shared, std::int64_t mark) {
  return [shared = std::move(shared), mark](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    asio::any_io_executor executor = asio::get_associated_executor(handler);
    waiter fresh{std::move(executor), std::move(handler)};
    std::unique_lock lock(shared->mutex);
    if (shared->level > mark) {
      lock.unlock();
      return std::move(fresh).resume({});
    }
    auto const place = shared->waiters.emplace(mark, std::move(fresh));
    if (!slot.is_connected()) return;
    // The place stays valid while the waiter is in the map; whoever takes it out is the one that resumes it. Until it
    // has been resumed it may be cancelled once more.
    slot.assign([weak = std::weak_ptr<state>(shared), place, mark, gone = false](asio::cancellation_type) mutable {
      if (std::exchange(gone, true)) return;
      auto const alive = weak.lock();
      if (!alive) return;
      std::unique_lock guard(alive->mutex);
      if (alive->level > mark) return;
      waiter cancelled = std::move(place->second);
      alive->waiters.erase(place);
      guard.unlock();
      std::move(cancelled).resume(asio::error::operation_aborted);
    });
  };
}

task<void> rising_level::above(std::int64_t mark) const {
  if (value() > mark) co_return;
  auto initiate = wait_above(state_, mark);
  co_await asio::async_initiate<asio::use_awaitable_t<> const, void(boost::system::error_code)>(initiate,
                                                                                                asio::use_awaitable);
}

task<bool> rising_level::try_above(std::int64_t mark) const {
  if (value() > mark) co_return true;
  auto initiate = wait_above(state_, mark);
  constexpr auto without_throwing = asio::as_tuple(asio::use_awaitable);
  auto const [fault] = co_await asio::async_initiate<decltype(without_throwing), void(boost::system::error_code)>(
      initiate, without_throwing);
  co_return !fault;
}

}  // namespace sambung
