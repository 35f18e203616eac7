// client_stream: the bytes between a client and this server, plain or by TLS.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace sambung::serving {

// Thread safety: none, but get_executor().
class client_stream {
 public:
  using executor_type = boost::asio::any_io_executor;

  // Without `tls`: plain.
  client_stream(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> const& tls);

  executor_type get_executor() { return socket_.get_executor(); }
  boost::asio::ip::tcp::socket& socket() { return socket_; }
  bool encrypted() const { return tls_ != nullptr; }

  template <class Buffers, class Token>
  auto async_read_some(Buffers const& buffers, Token&& token) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(Buffers const& buffers, Token&& token) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }

  // Sends without waiting as much as goes, and says how much that was; by TLS nothing. Throws
  // boost::system::system_error.
  template <class Buffers>
  std::size_t write_now(Buffers const& buffers) {
    if (tls_) return 0;
    boost::system::error_code fault;
    auto const sent = socket_.write_some(buffers, fault);
    if (fault && fault != boost::asio::error::would_block) throw boost::system::system_error(fault);
    return sent;
  }

  // What comes before the first request. Throws boost::system::system_error.
  boost::asio::awaitable<void> open();
  // Says that nothing more will come. What the client says to that does not matter.
  boost::asio::awaitable<void> end();

  // Sends without waiting what fits into the socket's buffer, and ends. By TLS nothing can be sent beside a write that
  // is under way: it only ends.
  void end_with(std::string_view bytes);

  // Whether the client has closed, without reading what it sent.
  bool peer_gone();

  bool is_open() const { return socket_.is_open(); }
  void close();

 private:
  using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<tls_stream> tls_;
};

}  // namespace sambung::serving
