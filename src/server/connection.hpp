// One client connection: reads requests, hands them to the front door, writes what it answers.
#pragma once

#include "http/server/client_stream.hpp"
#include "http/server/http_message.hpp"
#include "server/server_core.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

namespace sambung::serving {

// Thread safety: everything runs on the socket's executor but sweep(), post_drop() and post_close_if_idle(), which are
// safe to call from any thread. Lifetime: its own coroutine keeps it until the connection ends.
class connection : public std::enable_shared_from_this<connection> {
 public:
  // Without a certificate: plain.
  connection(std::shared_ptr<server_core> core, boost::asio::ip::tcp::socket socket,
             std::shared_ptr<boost::asio::ssl::context> const& certificate);

  void start();

  // Looks whether a time limit ran out, whether the caller of an open stream was asked about since the last of
  // `revocations` or, when `look_for_peer`, whether the client has gone.
  void sweep(std::chrono::steady_clock::time_point now, std::uint64_t revocations, bool look_for_peer);
  void post_close_if_idle();
  void post_drop();

 private:
  enum class phase : std::uint8_t { idle, header, body, answering, writing, closing };
  struct request;
  class outbox;
  struct open_stream;

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<std::size_t> read_head(request& current);
  boost::asio::awaitable<void> read_body(request& current);
  boost::asio::awaitable<void> read_sized_body(request& current);
  boost::asio::awaitable<void> read_chunked_body(request& current);
  boost::asio::awaitable<void> answer(request& current);
  boost::asio::awaitable<void> respond(request& current);
  boost::asio::awaitable<void> respond_with_stream(request& current);
  boost::asio::awaitable<void> run_stream(open_stream& stream, request& current);
  boost::asio::awaitable<void> produce(body_source& source, outbox& out);
  boost::asio::awaitable<void> consume(body_source& source, outbox& out, request& current);
  boost::asio::awaitable<void> linger();
  boost::asio::awaitable<void> check_caller(std::shared_ptr<open_stream> stream);
  template <class Buffers>
  boost::asio::awaitable<void> write(Buffers const& buffers);

  bool read_ahead(request& current);
  void begin_response(request& current);
  void refuse(request& current, int status, std::string_view message);
  void log(request const& current);

  void enter(phase next, std::chrono::milliseconds time);
  void enter_without_limit(phase next);
  void allow_write();
  void expire();
  void look_for_peer();
  void ask_about_caller();
  void drop();

  std::shared_ptr<server_core> core_;
  client_stream stream_;
  connection_peer peer_;
  boost::asio::cancellation_signal cancel_;
  boost::beast::flat_buffer in_;
  std::string body_;
  std::string head_out_;
  http_date date_;
  bool unread_ = false;  // the client may have sent more than was read
  std::atomic<phase> phase_ = phase::idle;
  std::atomic<std::int64_t> deadline_;
  std::atomic<bool> wrote_ = false;             // since the client was looked for last
  std::shared_ptr<open_stream> open_;           // while one is
  std::atomic<std::uint64_t> caller_known_at_;  // of an open stream: the revocations its caller has outlived
};

}  // namespace sambung::serving
