// A client of /ws that speaks oRPC's peer protocol over a real WebSocket, blocking, with a deadline for each step.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace sambung::test {

class socket_client {
 public:
  static constexpr std::chrono::seconds patience{20};

  // `headers`: lines of the handshake, each ended by CRLF. Whether it was accepted: see status().
  explicit socket_client(std::uint16_t port, std::string const& headers = {}, char const* from = nullptr)
      : socket_(io_) {
    auto& tcp = socket_.next_layer();
    tcp.open(boost::asio::ip::tcp::v4());
    if (from) tcp.bind({boost::asio::ip::make_address(from), 0});
    tcp.connect({boost::asio::ip::address_v4::loopback(), port});
    tcp.set_option(boost::asio::ip::tcp::no_delay(true));
    socket_.set_option(boost::beast::websocket::stream_base::decorator(
        [&](boost::beast::websocket::request_type& request) { add(request, headers); }));
    socket_.control_callback([this](boost::beast::websocket::frame_type kind, boost::beast::string_view) {
      pings_ += kind == boost::beast::websocket::frame_type::ping;
    });
    socket_.async_handshake(answer_, "localhost", "/ws", [this](boost::system::error_code fault) { done(fault); });
    wait("the handshake");
    socket_.set_option(boost::beast::websocket::stream_base::decorator([](boost::beast::websocket::request_type&) {}));
  }
  ~socket_client() {
    try {
      close();
    } catch (std::runtime_error const&) {  // the test has said so, or does not mind
    }
  }
  socket_client(socket_client const&) = delete;
  socket_client& operator=(socket_client const&) = delete;

  int status() const { return static_cast<int>(answer_.result_int()); }  // of the handshake
  boost::beast::websocket::response_type const& answer() const { return answer_; }

  void send(std::string_view text) {
    socket_.text(true);
    write(text);
  }
  void send_binary(std::string_view bytes) {
    socket_.binary(true);
    write(bytes);
  }

  // One frame of a request. `input` is the JSON under "json"; empty: none. `more`: further members of the payload.
  static std::string request(std::string const& id, std::string const& path, std::string const& input = {},
                             std::string const& more = {}) {
    auto const body = input.empty() ? "{}" : R"({"json":)" + input + "}";
    return R"({"i":")" + id + R"(","p":{"u":")" + path + R"(","b":)" + body + more + "}}";
  }
  void call(std::string const& id, std::string const& path, std::string const& input = {},
            std::string const& more = {}) {
    send(request(id, path, input, more));
  }

  // The next message; empty when the socket has ended.
  std::optional<std::string> read_text() {
    begin_reading();
    run_until([this] { return !reading_; }, "a message");
    if (fault_) return std::nullopt;
    std::string text(static_cast<char const*>(bytes_.data().data()), bytes_.size());
    bytes_.clear();
    return text;
  }
  // Reads without taking anything until the server has pinged so often, as its answers do too.
  void await_pings(int count) {
    begin_reading();
    run_until([&] { return pings_ >= count || !reading_; }, "a ping");
    if (pings_ < count) throw std::runtime_error("something else came than pings");
  }
  boost::json::object read() {
    auto const text = read_text();
    if (!text) throw std::runtime_error("the socket ended, with " + std::to_string(socket_.reason().code));
    return boost::json::parse(*text).as_object();
  }
  // A call and its answer's payload.
  boost::json::object ask(std::string const& id, std::string const& path, std::string const& input = {},
                          std::string const& more = {}) {
    call(id, path, input, more);
    auto const frame = read();
    if (frame.at("i").as_string() != id) throw std::runtime_error("another call's: " + boost::json::serialize(frame));
    return frame.at("p").as_object();
  }
  static int status_of(boost::json::object const& payload) {
    auto const* status = payload.if_contains("s");
    return status ? static_cast<int>(status->as_int64()) : 200;
  }

  // Reads on to the end: with which code; 0 without any.
  int read_close() {
    while (read_text()) {
    }
    return socket_.reason().code;
  }

  // Ends it as a client does, and waits for the server's word.
  void close() {
    if (!socket_.is_open()) return;
    socket_.async_close(boost::beast::websocket::close_code::normal,
                        [this](boost::system::error_code) { done_ = true; });
    wait("the end");
    run_until([this] { return !reading_; }, "the last read");
  }
  // Ends it without a word.
  void drop() {
    socket_.next_layer().close();
    run_until([this] { return !reading_; }, "the last read");
  }

 private:
  static void add(boost::beast::websocket::request_type& request, std::string_view lines) {
    while (!lines.empty()) {
      auto const line = lines.substr(0, lines.find("\r\n"));
      auto const colon = line.find(": ");
      request.insert(line.substr(0, colon), line.substr(colon + 2));
      lines.remove_prefix(line.size() + 2);
    }
  }

  void write(std::string_view bytes) {
    socket_.async_write(boost::asio::buffer(bytes),
                        [this](boost::system::error_code fault, std::size_t) { done(fault); });
    wait("a write");
  }

  void begin_reading() {
    if (std::exchange(reading_, true)) return;
    socket_.async_read(bytes_, [this](boost::system::error_code fault, std::size_t) {
      reading_ = false;
      fault_ = fault;
    });
  }

  void done(boost::system::error_code fault) {
    fault_ = fault;
    done_ = true;
  }
  void wait(char const* what) {
    run_until([this] { return std::exchange(done_, false); }, what);
  }
  template <class Condition>
  void run_until(Condition condition, char const* what) {
    auto const deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      io_.restart();
      if (io_.run_one_until(deadline) > 0) continue;
      socket_.next_layer().close();
      io_.restart();
      io_.run();
      throw std::runtime_error(std::string(what) + " took too long");
    }
  }

  boost::asio::io_context io_;
  boost::beast::websocket::response_type answer_;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> socket_;
  boost::system::error_code fault_;
  boost::beast::flat_buffer bytes_;
  bool reading_ = false;
  bool done_ = false;
  int pings_ = 0;
};

}  // namespace sambung::test
