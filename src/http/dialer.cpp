#include "http/dialer.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <cerrno>
#include <vector>

namespace sambung::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using endpoint = asio::ip::tcp::endpoint;

failure unreachable(destination const& to, std::string const& why) {
  return {errc::unavailable, "the provider at " + to.text() + " cannot be reached: " + why};
}

failure too_slow(destination const& to) { return unreachable(to, "connecting took too long"); }

// A look-up that goes on by itself when nobody waits for it any more: getaddrinfo cannot be stopped.
struct look_up {
  explicit look_up(asio::any_io_executor const& executor) : resolver(executor), done(executor, 1) {}
  asio::ip::tcp::resolver resolver;
  asio::experimental::concurrent_channel<void(error_code)> done;
  std::mutex mutex;
  error_code fault;
  std::vector<endpoint> found;
};

void start(std::shared_ptr<look_up> const& job, destination const& to) {
  auto& resolver = job->resolver;
  resolver.async_resolve(to.host, to.port,
                         [job](error_code fault, asio::ip::tcp::resolver::results_type const& results) {
                           {
                             std::lock_guard const lock(job->mutex);
                             job->fault = fault;
                             for (auto const& each : results) job->found.push_back(each.endpoint());
                           }
                           job->done.try_send(error_code());
                         });
}

task<result<std::vector<endpoint>>> resolve(destination const& to, time_point deadline) {
  error_code not_an_address;
  auto const address = asio::ip::make_address(to.host, not_an_address);
  if (!not_an_address) {
    std::vector<endpoint> one(1, endpoint(address, static_cast<std::uint16_t>(std::stoi(to.port))));
    co_return one;
  }
  using namespace asio::experimental::awaitable_operators;
  auto const executor = co_await asio::this_coro::executor;
  auto const job = std::make_shared<look_up>(executor);
  start(job, to);
  asio::steady_timer timer(executor, deadline);
  auto done = job->done.async_receive(asio::use_awaitable);
  auto expired = timer.async_wait(asio::use_awaitable);
  auto const first = co_await (std::move(done) || std::move(expired));
  if (first.index() == 1) co_return too_slow(to);
  std::lock_guard const lock(job->mutex);
  if (job->fault || job->found.empty()) co_return unreachable(to, "its name is unknown");
  co_return job->found;
}

void set_options(int fd) {
  int const on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int pending_error(int fd) {
  int fault = 0;
  socklen_t size = sizeof fault;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size) == 0 ? fault : errno;
}

task<result<std::unique_ptr<connection>>> connect_to(destination const& to, endpoint const& address,
                                                     time_point deadline) {
  int const fd = ::socket(address.data()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (fd < 0) co_return unreachable(to, "no socket is left");
  auto made = std::make_unique<connection>(fd);
  set_options(fd);
  int fault = ::connect(fd, address.data(), static_cast<socklen_t>(address.size())) == 0 ? 0 : errno;
  if (fault == EINPROGRESS) {
    bool const in_time = co_await made->wait(direction::write, deadline);
    if (!in_time) co_return too_slow(to);
    fault = pending_error(fd);
  }
  if (fault != 0) co_return unreachable(to, error_code(fault, boost::system::system_category()).message());
  co_return made;
}

task<result<void>> shake_hands(connection& wire, destination const& to, SSL_CTX* tls, time_point deadline) {
  if (!wire.start_tls(tls, to.host)) co_return failure(errc::internal, "OpenSSL gave no connection");
  for (;;) {
    auto const step = wire.handshake();
    if (step.status == io_status::ok) co_return result<void>();
    bool const waits = step.status == io_status::wait_read || step.status == io_status::wait_write;
    if (!waits && wire.certificate_refused())
      co_return failure(errc::permission_denied,
                        "the certificate of " + to.host + " does not verify: " + wire.tls_fault());
    if (!waits) co_return unreachable(to, "TLS failed: " + wire.tls_fault());
    auto const which = step.status == io_status::wait_read ? direction::read : direction::write;
    bool const in_time = co_await wire.wait(which, deadline);
    if (!in_time) co_return too_slow(to);
  }
}

}  // namespace

task<result<std::unique_ptr<connection>>> dial(destination const& to, SSL_CTX* tls, address_filter const& allowed,
                                               time_point deadline) {
  auto const addresses = co_await resolve(to, deadline);
  if (!addresses) co_return addresses.error();
  failure last = unreachable(to, "it has no address");
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    auto const& address = (*addresses)[i];
    if (allowed && !allowed(to.host, address.address().to_string()))
      co_return failure(errc::permission_denied, "the address of " + to.host + " is not allowed");
    // What is left is shared out, so that one dead address does not use it all up.
    auto const now = std::chrono::steady_clock::now();
    auto const share = now + (deadline - now) / static_cast<int>(addresses->size() - i);
    auto made = co_await connect_to(to, address, share);
    if (!made) {
      last = made.error();
      continue;
    }
    if (to.tls) {
      auto const shaken = co_await shake_hands(**made, to, tls, deadline);
      if (!shaken) co_return shaken.error();
    }
    co_return std::move(*made);
  }
  co_return last;
}

}  // namespace sambung::http
