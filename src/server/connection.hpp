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
#include <limits>
#include <memory>
#include <optional>
#include <string>

namespace sambung::serving {

// While its answer is a stream that rests, it has no coroutine: there are thousands of them.
// Thread safety: everything runs on the socket's executor but what held_connection says. Lifetime: what it waits for
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
  friend class pulling;  // calls pull()
  static constexpr std::uint64_t no_stream = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  // What comes next; none: the answer is a stream that rests.
  using next_step = std::optional<connection_steps::step>;

  void spawn(task<void> what);
  task<void> run();
  task<void> serve(next_step next);
  task<next_step> serve_one();
  task<next_step> send_answer();
  task<void> respond();
  void begin_stream();
  task<void> send_stream();
  task<void> run_stream(open_stream& stream);
  task<void> consume(open_stream& stream);
  task<void> linger();
  static task<void> check_caller(std::shared_ptr<connection> self, std::shared_ptr<open_stream> stream, identity who);
  bool hand_over(exchange& current);

  // A stream that rests.
  void rest();
  void watch();
  void pull();
  bool send_now();
  void keep_alive();
  void go_on();
  task<void> continue_stream();
  void left();
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
  std::unique_ptr<exchange> current_;
  std::string first_out_;  // before anything else: a head, or what is left of what was written at once
  bool resting_ = false;
  bool watched_ = false;  // whether the socket fails
  std::atomic<std::int64_t> keep_alive_at_;
  std::atomic<bool> wrote_ = false;             // since the client was looked for last
  std::shared_ptr<open_stream> open_;           // while one is
  std::atomic<std::uint64_t> caller_known_at_;  // of an open stream: the revocations its caller has outlived
};

}  // namespace sambung::serving
