// A client that sends exactly the bytes it is told to, over one connection, and reads with a deadline.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sambung::test {

struct raw_response {
  int status = 0;
  std::string head;
  std::map<std::string, std::string> headers;  // names in lower case; the last value counts
  std::string body;
};

class raw_client {
 public:
  // `receive_buffer` bytes of the socket's own; 0: the system's choice. `from`: an address of this machine.
  explicit raw_client(std::uint16_t port, int receive_buffer = 0, char const* from = nullptr)
      : port_(port), socket_(io_) {
    socket_.open(boost::asio::ip::tcp::v4());
    if (from) socket_.bind({boost::asio::ip::make_address(from), 0});
    if (receive_buffer > 0) socket_.set_option(boost::asio::socket_base::receive_buffer_size(receive_buffer));
    timeval const patience{20, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }

  void send(std::string_view bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }

  // As send, for a server that may close before it has read everything, or read no further. Whether all of it went.
  bool try_send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto const sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Whether the server ends the connection while nothing is read of what it has sent: only a reset is seen then.
  bool wait_for_reset() {
    pollfd asked{socket_.native_handle(), 0, 0};
    return ::poll(&asked, 1, 20'000) > 0;
  }

  // Everything up to and with `mark`, which must come.
  std::string read_until(std::string_view mark) {
    std::size_t at;
    while ((at = seen_.find(mark)) == seen_.npos)
      if (!receive()) throw std::runtime_error("the connection ended before \"" + std::string(mark) + "\": " + seen_);
    return take(at + mark.size());
  }

  // Everything until the server closes; a reset is an end too.
  std::string read_to_end() {
    while (receive()) {
    }
    return take(seen_.size());
  }

  raw_response read_response() {
    auto response = read_head();
    return read_body(std::move(response));
  }

  raw_response read_body(raw_response response) {
    if (response.status == 204 || response.status == 100 || response.status == 101) return response;
    if (response.headers.contains("content-length")) {
      auto const size = std::stoul(response.headers["content-length"]);
      while (seen_.size() < size)
        if (!receive()) throw std::runtime_error("the connection ended within a body");
      response.body = take(size);
    } else {
      read_chunks(response.body);
    }
    return response;
  }

  // Sends a request with Host and Content-Length and reads the response.
  raw_response call(std::string_view method, std::string_view path, std::string_view body = {},
                    std::string_view more_headers = {}) {
    send(request(method, path, body, more_headers));
    return read_response();
  }

  static std::string request(std::string_view method, std::string_view path, std::string_view body = {},
                             std::string_view more_headers = {}) {
    std::string text(method);
    text += ' ';
    text += path;
    text += " HTTP/1.1\r\nHost: localhost\r\n";
    text += more_headers;
    if (!body.empty()) text += "Content-Type: application/json\r\n";
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return text += body;
  }

  void close() { socket_.close(); }

  std::uint16_t port() const { return port_; }

  // The head alone of a response whose body does not end.
  raw_response read_head() {
    raw_response response;
    response.head = read_until("\r\n\r\n");
    response.status = std::stoi(response.head.substr(9, 3));
    parse_headers(response);
    return response;
  }

 private:
  bool receive() {
    char bytes[16'384];
    auto const count = ::recv(socket_.native_handle(), bytes, sizeof bytes, 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      throw std::runtime_error("nothing came within 20 s; before it: " + seen_);
    if (count <= 0) return false;
    seen_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  std::string take(std::size_t size) {
    auto taken = seen_.substr(0, size);
    seen_.erase(0, size);
    return taken;
  }

  void parse_headers(raw_response& response) {
    std::string_view rest = response.head;
    rest.remove_prefix(rest.find("\r\n") + 2);
    while (rest.substr(0, 2) != "\r\n") {
      auto const line = rest.substr(0, rest.find("\r\n"));
      auto const colon = line.find(": ");
      std::string name(line.substr(0, colon));
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      response.headers[name] = line.substr(colon + 2);
      rest.remove_prefix(line.size() + 2);
    }
  }

  void read_chunks(std::string& body) {
    while (true) {
      auto const size = std::stoul(read_until("\r\n"), nullptr, 16);
      while (seen_.size() < size + 2)
        if (!receive()) throw std::runtime_error("the connection ended within a chunk");
      body += take(size);
      take(2);
      if (size == 0) return;
    }
  }

  std::uint16_t port_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  std::string seen_;
};

}  // namespace sambung::test
