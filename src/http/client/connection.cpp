#include "http/client/connection.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <climits>

namespace sambung::http {
namespace {

namespace asio = boost::asio;

// OpenSSL's own socket BIO writes with write(2), which kills the process with SIGPIPE when the peer is gone.
int bio_write(BIO* bio, char const* data, int size) {
  BIO_clear_retry_flags(bio);
  int const fd = static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
  auto const sent = ::send(fd, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  int const fd = static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
  auto const got = ::recv(fd, data, static_cast<std::size_t>(size), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(got);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
  return 0;
}

BIO_METHOD* bio_method() {
  static BIO_METHOD* const method = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sambung socket");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

BIO* socket_bio(int fd) {
  auto* bio = BIO_new(bio_method());
  if (!bio) return nullptr;
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd)));
  BIO_set_init(bio, 1);
  return bio;
}

int clamped(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

// The time in which a socket may be expired.
class waiting {
 public:
  explicit waiting(socket_handle& socket) : socket_(socket), wait_(socket.begin_wait()) {}
  ~waiting() { socket_.end_wait(wait_); }
  waiting(waiting const&) = delete;
  waiting& operator=(waiting const&) = delete;

  std::uint64_t number() const { return wait_; }

 private:
  socket_handle& socket_;
  std::uint64_t wait_;
};

}  // namespace

result<ssl_context> client_ssl_context(authority_paths const& authorities) {
  ssl_context context(SSL_CTX_new(TLS_client_method()));
  if (!context) return failure(errc::internal, "OpenSSL gave no context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  auto const given = [](std::string const& path) { return path.empty() ? nullptr : path.c_str(); };
  bool const loaded =
      SSL_CTX_load_verify_locations(context.get(), given(authorities.file), given(authorities.folders)) == 1;
  ERR_clear_error();
  if (!loaded) return failure(errc::invalid_argument, "the certificates to verify hosts with cannot be read");
  return context;
}

socket_handle::~socket_handle() { ::close(fd_); }

std::uint64_t socket_handle::begin_wait() {
  std::lock_guard const lock(mutex_);
  waiting_ = true;
  return ++wait_;
}

void socket_handle::expire(std::uint64_t wait) {
  std::lock_guard const lock(mutex_);
  if (!waiting_ || wait != wait_) return;
  expired_ = true;
  // Unlike a cancellation this also ends a wait that is about to begin.
  ::shutdown(fd_, SHUT_RDWR);
}

bool socket_handle::end_wait(std::uint64_t wait) {
  std::lock_guard const lock(mutex_);
  if (wait == wait_) waiting_ = false;
  return expired_;
}

io_result connection::read_some(std::span<char> into) {
  if (ssl_) {
    ERR_clear_error();
    return tls_result(SSL_read(ssl_.get(), into.data(), clamped(into.size())));
  }
  auto const got = ::recv(fd(), into.data(), into.size(), 0);
  if (got > 0) return {io_status::ok, static_cast<std::size_t>(got)};
  if (got == 0) return {io_status::end, 0};
  return {errno == EAGAIN || errno == EINTR ? io_status::wait_read : io_status::broken, 0};
}

io_result connection::write_some(std::string_view from) {
  if (ssl_) {
    ERR_clear_error();
    return tls_result(SSL_write(ssl_.get(), from.data(), clamped(from.size())));
  }
  auto const sent = ::send(fd(), from.data(), from.size(), MSG_NOSIGNAL);
  if (sent >= 0) return {io_status::ok, static_cast<std::size_t>(sent)};
  return {errno == EAGAIN || errno == EINTR ? io_status::wait_write : io_status::broken, 0};
}

io_result connection::handshake() {
  ERR_clear_error();
  return tls_result(SSL_connect(ssl_.get()));
}

io_result connection::tls_result(int returned) {
  if (returned > 0) return {io_status::ok, static_cast<std::size_t>(returned)};
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return {io_status::wait_read, 0};
    case SSL_ERROR_WANT_WRITE:
      return {io_status::wait_write, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {io_status::end, 0};
    default:
      return {io_status::broken, 0};
  }
}

bool connection::start_tls(SSL_CTX* context, std::string const& host) {
  ssl_.reset(SSL_new(context));
  auto* bio = ssl_ ? socket_bio(fd()) : nullptr;
  if (!bio) return false;
  SSL_set_bio(ssl_.get(), bio, bio);
  boost::system::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (!not_an_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) == 1;
  SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl_.get(), host.c_str()) == 1 &&
         SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(host.c_str())) == 1;
}

bool connection::certificate_refused() const { return ssl_ && SSL_get_verify_result(ssl_.get()) != X509_V_OK; }

std::string connection::tls_fault() const {
  if (certificate_refused()) return X509_verify_cert_error_string(SSL_get_verify_result(ssl_.get()));
  auto const* reason = ERR_reason_error_string(ERR_peek_error());
  return reason ? reason : "the connection broke";
}

bool connection::idle_and_open() {
  char byte = 0;
  auto const got = ::recv(fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  // A TLS peer may send session tickets at any time.
  if (got > 0) return ssl_ != nullptr;
  return got < 0 && errno == EAGAIN;
}

task<bool> connection::wait(direction which, time_point deadline) {
  auto const executor = co_await asio::this_coro::executor;
  if (!attached_ || !attached_->is_with(executor)) {
    attached_.reset();  // two at a time would both hold the socket
    attached_ = std::make_unique<attachment>(executor, fd());
  }
  waiting const now(*socket_);
  asio::steady_timer timer(executor);
  if (deadline != time_point::max()) {
    timer.expires_at(deadline);
    timer.async_wait([socket = socket_, wait = now.number()](boost::system::error_code stopped) {
      if (!stopped) socket->expire(wait);
    });
  }
  auto const readiness =
      which == direction::read ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write;
  co_await attached_->descriptor().async_wait(readiness, asio::use_awaitable);
  co_return !socket_->end_wait(now.number());
}

}  // namespace sambung::http
