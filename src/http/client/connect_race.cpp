#include "http/client/connect_race.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <algorithm>
#include <cerrno>

namespace sambung::http {
namespace {

namespace asio = boost::asio;
using endpoint = asio::ip::tcp::endpoint;
using steady = std::chrono::steady_clock;

void set_options(int fd) {
  int const on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int pending_error(int fd) {
  int fault = 0;
  socklen_t size = sizeof fault;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size) == 0 ? fault : errno;
}

std::string describe(int fault) { return boost::system::error_code(fault, boost::system::system_category()).message(); }

// Sockets that are being connected, and an alarm, waited for as one: one operation is outstanding at a time, whichever
// threads the executor has.
class wake_ups {
 public:
  explicit wake_ups(asio::any_io_executor const& executor) : epoll_(executor), timer_(executor) {}

  bool open() {
    int const epoll = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) return false;
    epoll_.assign(epoll);
    int const timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer < 0) return false;
    timer_.assign(timer);
    return add(timer, EPOLLIN);
  }

  bool add_connecting(int fd) { return add(fd, EPOLLOUT); }

  void set_alarm(time_point when) {
    auto const left = std::max(when - steady::now(), steady::duration(1));
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    itimerspec at{};
    at.it_value.tv_sec = seconds.count();
    at.it_value.tv_nsec = std::chrono::nanoseconds(left - seconds).count();
    ::timerfd_settime(timer_.native_handle(), 0, &at, nullptr);
  }

  task<void> wait() { co_await epoll_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable); }

  // Whether it can be written to, or is broken.
  bool is_settled(int fd) const {
    pollfd one{fd, POLLOUT, 0};
    return ::poll(&one, 1, 0) > 0;
  }

 private:
  bool add(int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    return ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, fd, &event) == 0;
  }

  asio::posix::stream_descriptor epoll_;
  asio::posix::stream_descriptor timer_;
};

class connect_race {
 public:
  connect_race(asio::any_io_executor const& executor, std::vector<endpoint> addresses)
      : wakes_(executor), addresses_(std::move(addresses)), fault_(EADDRNOTAVAIL) {}

  task<result<std::unique_ptr<connection>>> run(destination const& to, time_point deadline) {
    if (!wakes_.open()) co_return unreachable(to, "no descriptor is left");
    for (;;) {
      auto const now = steady::now();
      if (now >= deadline) co_return too_slow(to);
      begin_due(now);
      if (winner_) co_return std::move(winner_);
      if (running_.empty()) co_return unreachable(to, describe(fault_));
      wakes_.set_alarm(next_ == addresses_.size() ? deadline : std::min(next_start_, deadline));
      co_await wakes_.wait();
      settle();
    }
  }

 private:
  // Those whose time has come; all of them while none is running.
  void begin_due(time_point now) {
    while (!winner_ && next_ < addresses_.size() && (running_.empty() || now >= next_start_)) {
      next_start_ = now + attempt_delay;
      begin(addresses_[next_++]);
    }
  }

  void begin(endpoint const& address) {
    int const fd = ::socket(address.data()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd < 0) return lost(errno);
    auto attempt = std::make_unique<connection>(fd);
    set_options(fd);
    if (::connect(fd, address.data(), static_cast<socklen_t>(address.size())) == 0) {
      winner_ = std::move(attempt);
    } else if (errno == EINPROGRESS && wakes_.add_connecting(fd)) {
      running_.push_back(std::move(attempt));
    } else {
      lost(errno);
    }
  }

  void settle() {
    for (auto& attempt : running_) {
      if (winner_ || !wakes_.is_settled(attempt->fd())) continue;
      auto settled = std::move(attempt);
      if (int const fault = pending_error(settled->fd())) lost(fault);
      else winner_ = std::move(settled);
    }
    std::erase(running_, nullptr);
  }

  void lost(int fault) {
    fault_ = fault;
    next_start_ = time_point::min();
  }

  wake_ups wakes_;
  std::vector<endpoint> addresses_;
  std::size_t next_ = 0;
  time_point next_start_ = time_point::min();
  std::vector<std::unique_ptr<connection>> running_;
  std::unique_ptr<connection> winner_;
  int fault_;
};

}  // namespace

std::vector<endpoint> interleaved(std::vector<endpoint> const& addresses) {
  std::vector<endpoint> first;
  std::vector<endpoint> second;
  for (auto const& each : addresses)
    (each.address().is_v4() == addresses.front().address().is_v4() ? first : second).push_back(each);
  std::vector<endpoint> all;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) all.push_back(first[i]);
    if (i < second.size()) all.push_back(second[i]);
  }
  return all;
}

task<result<std::unique_ptr<connection>>> connect_to_first(destination const& to, std::vector<endpoint> addresses,
                                                           time_point deadline) {
  auto const executor = co_await asio::this_coro::executor;
  connect_race race(executor, std::move(addresses));
  co_return co_await race.run(to, deadline);
}

}  // namespace sambung::http
