// One TCP connection, plain or TLS. It belongs to no execution context: it is attached to that of whoever waits for it,
// so that a pooled connection outlives any context.
#pragma once

#include "http/client/attachment.hpp"

#include <sambung/core/task.hpp>
#include <sambung/provider/authorities.hpp>

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace sambung::http {

using time_point = std::chrono::steady_clock::time_point;

struct ssl_context_deleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct ssl_deleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using ssl_context = std::unique_ptr<SSL_CTX, ssl_context_deleter>;

// For clients: TLS 1.2 or later, peers verified against what is there.
result<ssl_context> client_ssl_context(authority_paths const& authorities);

// A socket that a timer on any thread can stop, and that is closed once.
class socket_handle {
 public:
  explicit socket_handle(int fd) : fd_(fd) {}
  ~socket_handle();
  socket_handle(socket_handle const&) = delete;
  socket_handle& operator=(socket_handle const&) = delete;

  int fd() const { return fd_; }

  // Between these two an expire() with the same number shuts the socket down, which ends the wait.
  std::uint64_t begin_wait();
  void expire(std::uint64_t wait);
  // Whether it was expired.
  bool end_wait(std::uint64_t wait);

 private:
  int fd_;
  std::mutex mutex_;
  std::uint64_t wait_ = 0;
  bool waiting_ = false;
  bool expired_ = false;
};

enum class io_status { ok, wait_read, wait_write, end, broken };
struct io_result {
  io_status status;
  std::size_t bytes;
};

enum class direction { read, write };

class connection {
 public:
  explicit connection(int fd) : socket_(std::make_shared<socket_handle>(fd)) {}

  int fd() const { return socket_->fd(); }

  // None of these waits.
  io_result read_some(std::span<char> into);
  io_result write_some(std::string_view from);
  io_result handshake();

  // From here on everything is TLS. `host` is a DNS name or an address; the certificate must be for it.
  bool start_tls(SSL_CTX* context, std::string const& host);
  // Why the last handshake() was broken.
  std::string tls_fault() const;
  bool certificate_refused() const;

  // False when the peer closed it, or sent what nobody asked for.
  bool idle_and_open();

  // Waits on the caller's executor; false when `deadline` came first, and the connection is of no use any more.
  task<bool> wait(direction which, time_point deadline);

 private:
  io_result tls_result(int returned);

  std::shared_ptr<socket_handle> socket_;
  std::unique_ptr<SSL, ssl_deleter> ssl_;
  std::unique_ptr<attachment> attached_;  // it goes before the socket
};

}  // namespace sambung::http
