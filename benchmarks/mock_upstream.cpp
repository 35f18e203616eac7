// A model vendor that costs next to nothing: one thread, epoll, canned answers. Prints its port.
//
//   bench_mock_upstream [PORT]
//
// POST with a model "mock-N" in its body: a chat completion whose text is N bytes; "stream-EVENTS-MILLISECONDS" and
// "burst-EVENTS-BYTES": a streamed one, see mock_stream.hpp, with usage when the body asks for it. GET: a list of
// models. It reads each request to its end, by Content-Length or chunks, and answers pipelined requests in order.
#include "mock_stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace {

[[noreturn]] void die(char const* what) {
  std::perror(what);
  std::exit(1);
}

std::string http(std::string const& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// Text of `size` bytes with the newlines that models like.
std::string answer_text(std::size_t size) {
  std::string_view const line = "Selamat pagi, apa khabar? Ini jawapan yang sama untuk soalan yang sama.";
  std::string text;
  while (text.size() < size) text.append(line).push_back('\n');
  text.resize(size);
  return text;
}

std::string completion_response(std::size_t size) {
  std::string escaped;
  for (char c : answer_text(size)) {
    if (c == '\n') escaped += "\\n";
    else escaped.push_back(c);
  }
  auto const tokens = std::to_string(size / 4);
  return http(R"({"id":"chatcmpl-mock","object":"chat.completion","created":1700000000,"model":"mock-)" +
              std::to_string(size) + R"(","choices":[{"index":0,"message":{"role":"assistant","content":")" + escaped +
              R"("},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":)" +
              tokens + R"(,"total_tokens":)" + std::to_string(size / 4 + 10) + "}}");
}

std::string const& completion_for(std::string_view body) {
  static std::map<std::size_t, std::string> responses;
  std::size_t size = 0;
  if (auto at = body.find("mock-"); at != body.npos)
    std::from_chars(body.data() + at + 5, body.data() + body.size(), size);
  auto& response = responses[size];
  if (response.empty()) response = completion_response(size);
  return response;
}

// The model that a body names, if it is written as encoders write it.
std::string_view model_in(std::string_view body) {
  std::string_view const key = "\"model\":";
  auto at = body.find(key);
  if (at == body.npos) return {};
  at = body.find('"', at + key.size());
  return at == body.npos ? std::string_view() : body.substr(at + 1, body.find('"', at + 1) - at - 1);
}

mock::usage usage_in(std::string_view body) {
  auto const at = body.find("\"include_usage\":");
  if (at == body.npos) return mock::usage::not_wanted;
  return body.substr(at, 24).find("true") != body.npos ? mock::usage::wanted : mock::usage::not_wanted;
}

std::string const& burst_for(std::string_view model, mock::stream_order const& order, mock::usage report) {
  static std::map<std::string, std::string, std::less<>> responses[2];
  auto& known = responses[report == mock::usage::wanted];
  auto found = known.find(model);
  if (found == known.end()) found = known.emplace(model, mock::burst(order, report)).first;
  return found->second;
}

std::string const& models() {
  static std::string const response =
      http(R"({"object":"list","data":[{"id":"mock-1000","object":"model","created":1700000000,"owned_by":"mock"}]})");
  return response;
}

// Where a chunked body ends; npos when it is not all there.
std::size_t chunked_end(std::string_view in, std::size_t at) {
  while (true) {
    auto const line = in.find("\r\n", at);
    if (line == in.npos) return in.npos;
    std::size_t size = 0;
    std::from_chars(in.data() + at, in.data() + line, size, 16);
    at = line + 2 + size + 2;
    if (at > in.size()) return in.npos;
    if (size == 0) return at;
  }
}

std::optional<std::size_t> header_number(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
    auto const field = head.substr(at + 2, name.size());
    if (field.size() != name.size() || strncasecmp(field.data(), name.data(), name.size()) != 0) continue;
    auto value = head.substr(at + 2 + name.size());
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    std::size_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
  }
  return std::nullopt;
}

class connection {
 public:
  explicit connection(int socket) : socket_(socket) {}
  ~connection() { close(socket_); }
  connection(connection const&) = delete;
  connection& operator=(connection const&) = delete;

  // Reads what is there, answers what is complete. False: the peer is gone.
  bool serve() {
    static char buffer[262'144];
    while (true) {
      auto const n = recv(socket_, buffer, sizeof buffer, 0);
      if (n == 0) return false;
      if (n < 0) {
        if (errno != EAGAIN) return false;
        break;
      }
      in_.append(buffer, static_cast<std::size_t>(n));
      if (static_cast<std::size_t>(n) < sizeof buffer) break;
    }
    answer_all();
    return flush();
  }

  // When its stream has something to send; empty without a stream.
  std::optional<std::int64_t> due_ns() const { return stream_ ? std::optional(stream_->due_ns()) : std::nullopt; }

  // Sends the event that is due. False: the peer is gone.
  bool send_event() {
    continue_stream();
    answer_all();
    return flush();
  }

 private:
  void answer_all() {
    while (!stream_ && answer_one()) {
    }
  }

  void continue_stream() {
    if (!stream_->append_event(out_, stamped::now_ns())) stream_.reset();
  }

  bool answer_one() {
    std::string_view const in = in_;
    auto const head_end = in.find("\r\n\r\n");
    if (head_end == in.npos) return false;
    auto const head = in.substr(0, head_end);
    auto const body_at = head_end + 4;

    auto end = body_at;
    if (auto length = header_number(head, "content-length:")) end = body_at + *length;
    else if (header_number(head, "transfer-encoding:")) end = chunked_end(in, body_at);
    if (end > in.size()) return false;  // npos as well

    if (head.starts_with("GET ")) out_ += models();
    else answer_completion(in.substr(body_at, end - body_at));
    in_.erase(0, end);
    return true;
  }

  void answer_completion(std::string_view body) {
    auto const model = model_in(body);
    auto const order = mock::order_in(model);
    if (!order) {
      out_ += completion_for(body);
    } else if (order->pace == mock::pacing::at_once) {
      out_ += burst_for(model, *order, usage_in(body));
    } else {
      stream_.emplace(*order, usage_in(body), stamped::now_ns());
      continue_stream();
    }
  }

  bool flush() {
    while (sent_ < out_.size()) {
      auto const n = send(socket_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
      if (n < 0) return errno == EAGAIN;  // epoll tells when there is room again
      sent_ += static_cast<std::size_t>(n);
    }
    out_.clear();
    sent_ = 0;
    return true;
  }

  int socket_;
  std::string in_;
  std::string out_;
  std::size_t sent_ = 0;
  std::optional<mock::timed_stream> stream_;  // the answer that is under way
};

// Connections by their sockets, and which of them have an event to send when.
class connections {
 public:
  void add(int socket) {
    auto& slot = open_[socket];
    slot.wire = std::make_unique<connection>(socket);
    slot.serial = ++last_serial_;
  }

  void serve(int socket) {
    auto& slot = open_.at(socket);
    bool const waited = slot.wire->due_ns().has_value();
    if (!slot.wire->serve()) open_.erase(socket);
    else if (!waited) remember(socket, slot);
  }

  void send_due_events() {
    auto const now = stamped::now_ns();
    while (!timers_.empty() && timers_.top().due_ns <= now) {
      auto const timer = timers_.top();
      timers_.pop();
      auto const found = open_.find(timer.socket);
      if (found == open_.end() || found->second.serial != timer.serial) continue;
      if (!found->second.wire->send_event()) open_.erase(found);
      else remember(timer.socket, found->second);
    }
  }

  // What epoll may wait; empty: for ever.
  std::optional<timespec> patience() const {
    if (timers_.empty()) return std::nullopt;
    auto const left = std::max<std::int64_t>(0, timers_.top().due_ns - stamped::now_ns());
    return timespec{left / 1'000'000'000, left % 1'000'000'000};
  }

 private:
  struct slot {
    std::unique_ptr<connection> wire;
    std::uint64_t serial = 0;  // sockets' numbers are used again
  };
  struct timer {
    std::int64_t due_ns;
    int socket;
    std::uint64_t serial;
    bool operator>(timer const& other) const { return due_ns > other.due_ns; }
  };

  void remember(int socket, slot const& of) {
    if (auto const due = of.wire->due_ns()) timers_.push({*due, socket, of.serial});
  }

  std::map<int, slot> open_;
  std::priority_queue<timer, std::vector<timer>, std::greater<>> timers_;
  std::uint64_t last_serial_ = 0;
};

int listen_on(std::uint16_t port) {
  int const listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int const on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bind");
  if (listen(listener, 1'024) != 0) die("listen");
  socklen_t length = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

}  // namespace

int main(int argc, char** argv) {
  int const listener = listen_on(argc > 1 ? static_cast<std::uint16_t>(std::atoi(argv[1])) : 0);
  int const poll = epoll_create1(0);
  auto watch = [&](int socket, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = socket;
    if (epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) != 0) die("epoll_ctl");
  };
  watch(listener, EPOLLIN);

  connections clients;
  epoll_event ready[256];
  while (true) {
    auto const patience = clients.patience();
    int const count = epoll_pwait2(poll, ready, 256, patience ? &*patience : nullptr, nullptr);
    if (count < 0 && errno != EINTR) die("epoll_pwait2");
    for (int i = 0; i < count; ++i) {
      int const socket = ready[i].data.fd;
      if (socket != listener) {
        clients.serve(socket);
        continue;
      }
      int const accepted = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
      if (accepted < 0) continue;
      int const on = 1;
      setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      clients.add(accepted);
      watch(accepted, EPOLLIN | EPOLLOUT | EPOLLET);
    }
    clients.send_due_events();
  }
}
