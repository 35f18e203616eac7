// One subscription of the load of events: connects, asks, and finds in what comes the events and whatever its wire
// wants answered.
#pragma once

#include "event_reader.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <vector>

enum class wire { orpc, sse, socketio, plain };

inline wire wire_named(std::string const& name) {
  static constexpr std::array<char const*, 4> names{"orpc", "sse", "socketio", "plain"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (name == names[i]) return static_cast<wire>(i);
  throw std::runtime_error("no such wire: " + name);
}

// Of the clock that all of a benchmark's processes read.
inline std::int64_t now_us() { return stamped::now_ns() / 1'000; }

class event_connection {
 public:
  event_connection(wire spoken, std::uint16_t port, std::size_t index, std::string headers)
      : spoken_(spoken), port_(port), index_(index), headers_(std::move(headers)) {}
  ~event_connection() { leave(); }
  event_connection(event_connection const&) = delete;
  event_connection& operator=(event_connection const&) = delete;

  bool is_open() const { return socket_ >= 0; }
  bool is_ready() const { return ready_; }  // what is told from now on comes here
  std::int64_t asked_at() const { return asked_at_; }

  // Addresses of the loopback network differ every 4,096 connections, for one has some 28,000 ports.
  int connect() {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (socket_ < 0) throw wrong_answer(std::string("no socket: ") + std::strerror(errno));
    int const on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    auto const own = address_of(INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>(index_ / 4'096), 0);
    auto const peer = address_of(INADDR_LOOPBACK, port_);
    asked_at_ = now_us();
    if (bind(socket_, reinterpret_cast<sockaddr const*>(&own), sizeof own) != 0 ||
        ::connect(socket_, reinterpret_cast<sockaddr const*>(&peer), sizeof peer) != 0)
      throw wrong_answer(std::string("cannot connect: ") + std::strerror(errno));
    send_all(first_bytes());
    return socket_;
  }

  void leave() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    ready_ = upgraded_ = false;
    in_.clear();
    in_.shrink_to_fit();
  }

  // Reads what is there, and tells when each event was sent. Throws wrong_answer.
  template <class OnEvent>
  void receive(OnEvent&& on_event) {
    static char bytes[262'144];
    auto const count = recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) throw wrong_answer("a connection ended");
    in_.append(bytes, static_cast<std::size_t>(count));
    if (!upgraded_ && !take_head()) return;
    std::string_view rest = in_;
    if (spoken_ == wire::sse) take_lines(rest, on_event);
    else
      while (take_frame(rest, on_event));
    in_.erase(0, in_.size() - rest.size());
  }

 private:
  static sockaddr_in address_of(std::uint32_t host, std::uint16_t port) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(port);
    made.sin_addr.s_addr = htonl(host);
    return made;
  }

  std::string first_bytes() const {
    std::string const host = " HTTP/1.1\r\nHost: localhost\r\n" + headers_;
    if (spoken_ == wire::sse) {
      std::string const body = R"({"json":{}})";
      auto const behind = last_id_.empty() ? std::string() : "Last-Event-Id: " + last_id_ + "\r\n";
      return "POST /rpc/event/follow" + host + behind +
             "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    std::string const path = spoken_ == wire::orpc ? "/ws" : "/socket.io/?EIO=4&transport=websocket";
    return "GET " + path + host +
           "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }

  bool take_head() {
    auto const end = in_.find("\r\n\r\n");
    if (end == in_.npos) return false;
    if (!in_.starts_with(spoken_ == wire::sse ? "HTTP/1.1 200" : "HTTP/1.1 101"))
      throw wrong_answer(in_.substr(0, in_.find('\r')));
    in_.erase(0, end + 4);
    upgraded_ = true;
    if (spoken_ == wire::plain) ready_ = true;
    if (spoken_ == wire::orpc) {
      auto const behind = last_id_.empty() ? std::string() : R"(,"h":{"last-event-id":")" + last_id_ + "\"}";
      send_frame(1, R"({"i":"1","p":{"u":"/event/follow","b":{"json":{}})" + behind + "}}");
    }
    return true;
  }

  // Chunks are small enough to hold whole events, so that their sizes are only lines between.
  template <class OnEvent>
  void take_lines(std::string_view& rest, OnEvent& on_event) {
    for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
      auto const line = rest.substr(0, end);
      if (line.starts_with("id: ")) last_id_ = line.substr(4, line.find('\r') - 4);
      if (line.starts_with("data: ")) take_text(line, on_event);
      rest.remove_prefix(end + 1);
    }
  }

  template <class OnEvent>
  bool take_frame(std::string_view& rest, OnEvent& on_event) {
    if (rest.size() < 2) return false;
    auto const byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(rest[at])); };
    std::size_t size = byte(1) & 0x7F;
    std::size_t head = 2;
    if (size == 126) {
      if (rest.size() < 4) return false;
      size = byte(2) << 8 | byte(3);
      head = 4;
    } else if (size == 127) {
      throw wrong_answer("a frame of more than 64 KiB");
    }
    if (rest.size() < head + size) return false;
    auto const payload = rest.substr(head, size);
    switch (byte(0) & 0x0F) {
      case 1:
        take_text(payload, on_event);
        break;
      case 8:
        throw wrong_answer("closed: " + std::string(payload.size() > 2 ? payload.substr(2) : payload));
      case 9:
        send_frame(10, payload);
        break;
      default:
        break;
    }
    rest.remove_prefix(head + size);
    return true;
  }

  template <class OnEvent>
  void take_text(std::string_view text, OnEvent& on_event) {
    if (spoken_ == wire::socketio && text.starts_with('0')) return send_frame(1, "40");
    if (spoken_ == wire::socketio && text == "2") return send_frame(1, "3");
    if (spoken_ == wire::socketio && text.starts_with("40")) ready_ = true;
    if (auto const id = text_behind(text, R"("m":{"id":")"); !id.empty()) last_id_ = id.substr(0, id.find('"'));
    if (text.find(R"("type":"ready")") != text.npos || text.find(R"("type":"told")") != text.npos) ready_ = true;
    if (text.find(R"("type":"reset")") != text.npos || text.find(R"("code":)") != text.npos)
      throw wrong_answer(std::string(text.substr(0, 300)));
    if (auto const key = text_behind(text, R"("table":"beats","id":")"); key.size() >= 36) {
      auto const hex = std::string(key.substr(0, 8))
                           .append(key.substr(9, 4))
                           .append(key.substr(14, 4))
                           .append(key.substr(19, 4))
                           .append(key.substr(24, 12));
      check_order(number_in(std::string_view(hex).substr(16), 16));
      on_event(number_in(std::string_view(hex).substr(0, 16), 16));
      ready_ = true;
    }
    if (auto const at = text_behind(text, R"("at":)"); !at.empty()) {
      check_order(number_in(text_behind(text, R"("n":)")));
      on_event(number_in(at));
    }
  }

  void check_order(std::int64_t number) {
    if (told_ >= 0 && number != told_ + 1)
      throw wrong_answer("event " + std::to_string(number) + " behind " + std::to_string(told_));
    told_ = number;
  }

  static std::string_view text_behind(std::string_view text, std::string_view mark) {
    auto const at = text.find(mark);
    return at == text.npos ? std::string_view() : text.substr(at + mark.size());
  }

  static std::int64_t number_in(std::string_view text, int base = 10) {
    std::int64_t found = -1;
    std::from_chars(text.data(), text.data() + text.size(), found, base);
    return found;
  }

  // A client masks; the mask may be zero.
  void send_frame(int code, std::string_view payload) {
    std::string frame(1, static_cast<char>(0x80 | code));
    if (payload.size() < 126) {
      frame += static_cast<char>(0x80 | payload.size());
    } else {
      frame += static_cast<char>(0x80 | 126);
      frame += static_cast<char>(payload.size() >> 8);
      frame += static_cast<char>(payload.size() & 0xFF);
    }
    frame.append(4, '\0');
    send_all(frame.append(payload));
  }

  void send_all(std::string const& bytes) {
    if (send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
      throw wrong_answer("what is asked could not be sent in one piece");
  }

  wire spoken_;
  std::uint16_t port_;
  std::size_t index_;
  std::string headers_;
  int socket_ = -1;
  bool upgraded_ = false;
  bool ready_ = false;
  std::int64_t asked_at_ = 0;
  std::string in_;
  std::string last_id_;
  std::int64_t told_ = -1;  // the number of the event that came last
};
