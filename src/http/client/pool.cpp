#include "http/client/pool.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <iterator>

namespace sambung::http {

namespace asio = boost::asio;

namespace {

constexpr int sweeps_per_keep_alive = 4;

}

lease& lease::operator=(lease&& other) noexcept {
  if (this == &other) return *this;
  give_up();
  owner_ = std::move(other.owner_);
  host_ = std::move(other.host_);
  connection_ = std::move(other.connection_);
  reused_ = other.reused_;
  return *this;
}

void lease::connect(std::unique_ptr<connection> fresh) {
  connection_ = std::move(fresh);
  reused_ = false;
}

void lease::give_back() {
  if (auto const owner = std::exchange(owner_, nullptr)) owner->release(host_, std::move(connection_));
}

void lease::give_up() {
  connection_.reset();
  give_back();
}

// A place in the line for a host. Leaving it without having taken the right passes that on.
class place_in_line {
 public:
  place_in_line(pool& owner, std::string const& host, asio::any_io_executor const& executor)
      : owner_(owner), host_(host), waiter_(std::make_shared<pool::waiter>(executor)) {
    std::lock_guard const lock(owner_.mutex_);
    auto& state = owner_.hosts_[host_];
    if (state.used < owner_.max_connections_) {
      ++state.used;
      waiter_->granted = true;
    } else {
      state.line.push_back(waiter_);
    }
  }
  ~place_in_line() {
    if (!leave()) return;
    owner_.release(host_, nullptr);
  }
  place_in_line(place_in_line const&) = delete;
  place_in_line& operator=(place_in_line const&) = delete;

  auto& signal() { return waiter_->granted_signal; }
  bool granted() const {
    std::lock_guard const lock(owner_.mutex_);
    return waiter_->granted;
  }
  // Whether the right was granted; it is the caller's from now on.
  bool leave() {
    std::lock_guard const lock(owner_.mutex_);
    if (auto const found = owner_.hosts_.find(host_); found != owner_.hosts_.end()) {
      auto& line = found->second.line;
      line.erase(std::remove(line.begin(), line.end(), waiter_), line.end());
    }
    return std::exchange(waiter_->granted, false);
  }

 private:
  pool& owner_;
  std::string const& host_;
  std::shared_ptr<pool::waiter> waiter_;
};

task<lease> pool::acquire(std::string host, time_point deadline) {
  auto const self = shared_from_this();
  take_expired().clear();
  if (!try_take(host)) {
    using namespace asio::experimental::awaitable_operators;
    auto const executor = co_await asio::this_coro::executor;
    place_in_line place(*this, host, executor);
    if (!place.granted()) {
      asio::steady_timer timer(executor, deadline);
      auto granted = place.signal().async_receive(asio::use_awaitable);
      auto expired = timer.async_wait(asio::use_awaitable);
      co_await (std::move(granted) || std::move(expired));
    }
    if (!place.leave()) co_return lease();
  }
  auto reused = idle_connection(host);
  co_return lease(self, std::move(host), std::move(reused));
}

bool pool::try_take(std::string const& host) {
  std::lock_guard const lock(mutex_);
  auto& state = hosts_[host];
  if (state.used >= max_connections_) return false;
  ++state.used;
  return true;
}

std::unique_ptr<connection> pool::idle_connection(std::string const& host) {
  auto const now = std::chrono::steady_clock::now();
  for (;;) {
    idle last;
    {
      std::lock_guard const lock(mutex_);
      auto& all = hosts_[host].idle_connections;
      if (all.empty()) return nullptr;
      last = std::move(all.back());
      all.pop_back();
    }
    if (now < last.until && last.wire->idle_and_open()) return std::move(last.wire);
  }
}

void pool::release(std::string const& host, std::unique_ptr<connection> reusable) {
  auto const expired = take_expired();
  std::lock_guard const lock(mutex_);
  auto& state = hosts_[host];
  if (reusable) state.idle_connections.push_back({std::move(reusable), std::chrono::steady_clock::now() + keep_alive_});
  if (state.line.empty()) {
    --state.used;
    if (state.used == 0 && state.idle_connections.empty()) hosts_.erase(host);
    return;
  }
  auto const next = std::move(state.line.front());
  state.line.pop_front();
  next->granted = true;
  next->granted_signal.try_send(boost::system::error_code());
}

// They are closed by the caller, outside of the lock.
std::vector<pool::idle> pool::take_expired() {
  std::vector<idle> expired;
  auto const now = std::chrono::steady_clock::now();
  std::lock_guard const lock(mutex_);
  if (now < next_sweep_) return expired;
  next_sweep_ = now + keep_alive_ / sweeps_per_keep_alive;
  for (auto each = hosts_.begin(); each != hosts_.end();) {
    auto& state = each->second;
    auto& all = state.idle_connections;
    auto const fresh = std::ranges::find_if(all, [&](idle const& one) { return now < one.until; });
    std::move(all.begin(), fresh, std::back_inserter(expired));
    all.erase(all.begin(), fresh);
    each = state.used == 0 && all.empty() && state.line.empty() ? hosts_.erase(each) : std::next(each);
  }
  return expired;
}

}  // namespace sambung::http
