#include "http/server/client_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

// A TLS client that leaves says so first, which nobody has read: its bytes stand before the end.
bool has_hung_up(int fd) {
  pollfd asked{fd, POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) > 0 && (asked.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

bool reads_as_ended(int fd) {
  char byte;
  auto const count = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

// What a client does not read waits here, where it can be bounded, and not in the system's buffer, which grows to some
// MiB. What is on its way to a client is not bounded by this.
void bound_unsent(int fd) {
#ifdef TCP_NOTSENT_LOWAT
  constexpr int max_unsent_bytes = 131'072;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &max_unsent_bytes, sizeof max_unsent_bytes);
#endif
}

}  // namespace

client_stream::client_stream(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> const& tls)
    : socket_(std::move(socket)), tls_(tls ? std::make_unique<tls_stream>(socket_, *tls) : nullptr) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  bound_unsent(socket_.native_handle());
}

asio::awaitable<void> client_stream::open() {
  if (tls_) co_await tls_->async_handshake(tls_stream::server, use_awaitable);
}

asio::awaitable<void> client_stream::end() {
  if (tls_) co_await tls_->async_shutdown(asio::as_tuple(use_awaitable));
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void client_stream::end_with(std::string_view bytes) {
  if (!tls_) {
    [[maybe_unused]] auto const sent =
        ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

bool client_stream::peer_gone() {
  return tls_ ? has_hung_up(socket_.native_handle()) : reads_as_ended(socket_.native_handle());
}

void client_stream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace sambung::serving
