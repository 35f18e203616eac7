#include <sambung/testing/gate.hpp>

#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <mutex>
#include <vector>

namespace sambung::testing {

namespace asio = boost::asio;
using signal = asio::experimental::concurrent_channel<void(boost::system::error_code)>;

struct gate::state {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  bool reached = false;
  std::vector<std::weak_ptr<signal>> waiting;  // weak: whoever waits may go with its executor, and the gate stay
};

gate::gate() : state_(std::make_shared<state>()) {}

void gate::open() {
  std::lock_guard const lock(state_->mutex);
  state_->open = true;
  for (auto const& each : state_->waiting)
    if (auto const still = each.lock()) still->try_send(boost::system::error_code());
  state_->waiting.clear();
  state_->changed.notify_all();
}

task<void> gate::wait() {
  auto const held = state_;
  auto const opened = std::make_shared<signal>(co_await asio::this_coro::executor, 1);
  {
    std::lock_guard const lock(held->mutex);
    held->reached = true;
    held->changed.notify_all();
    if (held->open) co_return;
    held->waiting.push_back(opened);
  }
  co_await opened->async_receive(asio::use_awaitable);
}

void gate::block_unless(std::function<bool()> const& abandoned) {
  std::unique_lock lock(state_->mutex);
  state_->reached = true;
  state_->changed.notify_all();
  while (!state_->open && !abandoned()) state_->changed.wait_for(lock, std::chrono::milliseconds(5));
}

bool gate::reached_within(std::chrono::milliseconds time) {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, time, [&] { return state_->reached; });
}

}  // namespace sambung::testing
