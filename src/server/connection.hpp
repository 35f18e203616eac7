// One client connection: does for connection_steps what needs a socket, and hands each request to the front door.
#pragma once

#include "http/server/client_stream.hpp"
#include "http/server/connection_steps.hpp"
#include "http/server/http_message.hpp"
#include "server/exchange.hpp"
#include "server/held_connection.hpp"
#include "server/open_stream.hpp"
#include "server/server_core.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

namespace sambung::serving {

// Thread safety: everything runs on the socket's executor but what held_connection says. Lifetime: its own coroutine
// keeps it until the connection ends, or a web_socket takes over.
class connection final : public held_connection, public std::enable_shared_from_this<connection> {
 public:
  // Without a certificate: plain.
  connection(std::shared_ptr<server_core> core, boost::asio::ip::tcp::socket socket,
             std::shared_ptr<boost::asio::ssl::context> const& certificate);

  void start();

  void sweep(std::chrono::steady_clock::time_point now, std::uint64_t revocations, bool look_for_peer) override;
  void post_drain(std::chrono::steady_clock::time_point until) override;
  void post_drop() override;

 private:
  boost::asio::awaitable<void> run();
  boost::asio::awaitable<connection_steps::step> serve_one();
  boost::asio::awaitable<void> respond(exchange& current);
  boost::asio::awaitable<void> respond_with_stream(exchange& current);
  boost::asio::awaitable<void> run_stream(open_stream& stream, exchange& current);
  boost::asio::awaitable<void> consume(open_stream& stream, exchange& current);
  boost::asio::awaitable<void> linger();
  static boost::asio::awaitable<void> check_caller(std::shared_ptr<connection> self,
                                                   std::shared_ptr<open_stream> stream);
  bool hand_over(exchange& current);
  template <class Buffers>
  boost::asio::awaitable<void> write(Buffers const& buffers);

  connection_steps::server state() const;
  bool asks_head() const;

  void allow_write();
  void expire();
  void look_for_peer();
  void ask_about_caller();
  void drop();

  std::shared_ptr<server_core> core_;
  std::shared_ptr<client_stream> const held_;  // a web_socket may take over
  client_stream& stream_;
  bool handed_over_ = false;
  connection_peer peer_;
  boost::asio::cancellation_signal cancel_;
  connection_steps steps_;
  std::string head_out_;
  http_date date_;
  std::atomic<bool> wrote_ = false;             // since the client was looked for last
  std::shared_ptr<open_stream> open_;           // while one is
  std::atomic<std::uint64_t> caller_known_at_;  // of an open stream: the revocations its caller has outlived
};

}  // namespace sambung::serving
