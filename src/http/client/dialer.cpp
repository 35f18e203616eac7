#include "http/client/dialer.hpp"

#include "http/client/connect_race.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <mutex>
#include <vector>

namespace sambung::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;
using address = asio::ip::address;
using endpoint = asio::ip::tcp::endpoint;

// A look-up that goes on by itself when nobody waits for it any more: getaddrinfo cannot be stopped.
struct look_up {
  explicit look_up(asio::any_io_executor const& executor) : resolver(executor), done(executor, 1) {}
  asio::ip::tcp::resolver resolver;
  asio::experimental::concurrent_channel<void(error_code)> done;
  std::mutex mutex;
  error_code fault;
  std::vector<address> found;
};

void start(std::shared_ptr<look_up> const& job, destination const& to) {
  auto& resolver = job->resolver;
  resolver.async_resolve(to.host, to.port,
                         [job](error_code fault, asio::ip::tcp::resolver::results_type const& results) {
                           {
                             std::lock_guard const lock(job->mutex);
                             job->fault = fault;
                             for (auto const& each : results) job->found.push_back(each.endpoint().address());
                           }
                           job->done.try_send(error_code());
                         });
}

// By getaddrinfo.
task<result<std::vector<address>>> look_up_by_system(destination const& to, time_point deadline) {
  auto const executor = co_await asio::this_coro::executor;
  auto const job = std::make_shared<look_up>(executor);
  start(job, to);
  asio::steady_timer timer(executor, deadline);
  auto done = job->done.async_receive(asio::use_awaitable);
  auto expired = timer.async_wait(asio::use_awaitable);
  auto const first = co_await (std::move(done) || std::move(expired));
  if (first.index() == 1) co_return too_slow(to);
  std::lock_guard const lock(job->mutex);
  if (job->fault) co_return unreachable(to, "its name is unknown");
  co_return job->found;
}

task<result<std::vector<address>>> look_up_by(host_resolver const& resolve, destination const& to,
                                              time_point deadline) {
  auto const executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, deadline);
  auto found = resolve(to.host);
  auto expired = timer.async_wait(asio::use_awaitable);
  auto first = co_await (std::move(found) || std::move(expired));
  if (first.index() == 1) co_return too_slow(to);
  auto const& texts = std::get<0>(first);
  if (!texts) co_return texts.error();
  std::vector<address> read;
  for (auto const& text : *texts) {
    error_code not_an_address;
    read.push_back(asio::ip::make_address(text, not_an_address));
    if (not_an_address) co_return unreachable(to, "its resolver gave \"" + text + "\", which is no address");
  }
  co_return read;
}

task<result<std::vector<address>>> addresses_of(destination const& to, dial_rules const& rules, time_point deadline) {
  error_code not_an_address;
  auto const literal = asio::ip::make_address(to.host, not_an_address);
  if (!not_an_address) {
    std::vector<address> one(1, literal);
    co_return one;
  }
  if (rules.resolve) co_return co_await look_up_by(rules.resolve, to, deadline);
  co_return co_await look_up_by_system(to, deadline);
}

}  // namespace

failure unreachable(destination const& to, std::string const& why) {
  return {errc::unavailable, "the provider at " + to.text() + " cannot be reached: " + why};
}

failure too_slow(destination const& to) { return unreachable(to, "connecting took too long"); }

task<result<std::unique_ptr<connection>>> dial(destination const& to, dial_rules const& rules, time_point deadline) {
  auto const found = co_await addresses_of(to, rules, deadline);
  if (!found) co_return found.error();
  if (found->empty()) co_return unreachable(to, "it has no address");
  auto const port = static_cast<std::uint16_t>(std::stoi(to.port));
  std::vector<endpoint> allowed;
  for (auto const& each : *found)
    if (!rules.allow || rules.allow(to.host, each.to_string())) allowed.emplace_back(each, port);
  if (allowed.empty()) co_return failure(errc::permission_denied, "the address of " + to.host + " is not allowed");
  co_return co_await connect_to_first(to, interleaved(std::move(allowed)), deadline);
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

}  // namespace sambung::http
