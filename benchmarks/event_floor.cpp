// The floor of R1 and R2: the least that a machine needs to write the same frames to as many sockets. It answers any
// request with 101, reads what clients send and heeds none of it.
//
//   bench_event_floor      prints its port; takes the commands `each` and `all` of event_server.cpp
#include "stamped_text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

std::int64_t now_us() { return stamped::now_ns() / 1'000; }

// A text frame, as long as what Sambung sends of a change.
std::string frame_of(std::int64_t at, std::int64_t number) {
  auto const text = R"({"i":"1","t":3,"p":{"e":"message","d":{"json":{"type":"changed","table":"beats","at":)" +
                    std::to_string(at) + R"(,"n":)" + std::to_string(number) +
                    R"(,"change":"created"}},"m":{"id":"1764460800000000"}}})";
  std::string made{static_cast<char>(0x81), static_cast<char>(126), static_cast<char>(text.size() >> 8),
                   static_cast<char>(text.size() & 0xFF)};
  return made + text;
}

class floor_server {
 public:
  floor_server() : poll_(epoll_create1(0)), listening_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listening_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0 || listen(listening_, 4'096) != 0)
      throw std::runtime_error("cannot listen");
    add(listening_);
    add(STDIN_FILENO);
  }

  void run() {
    sockaddr_in own{};
    socklen_t size = sizeof own;
    getsockname(listening_, reinterpret_cast<sockaddr*>(&own), &size);
    std::cout << ntohs(own.sin_port) << std::endl;
    while (true) {
      serve(60'000'000);
      if (!commanded_) continue;
      commanded_ = false;
      std::string line;
      if (!std::getline(std::cin, line)) return;
      std::cout << obey(line) << std::endl;
    }
  }

 private:
  std::int64_t obey(std::string const& line) {
    std::istringstream words(line);
    std::string verb;
    std::int64_t first = 0, second = 0;
    words >> verb >> first >> second;
    return verb == "each" ? tell_each(first) : tell_all(first, second);
  }

  std::int64_t tell_each(std::int64_t seconds) {
    auto const count = static_cast<std::int64_t>(clients_.size());
    auto const begin = now_us();
    for (std::int64_t i = 0; i < seconds * count; ++i) {
      auto const due = begin + i * 1'000'000 / count;
      until(due);
      write(clients_[static_cast<std::size_t>(i % count)], frame_of(due, rounds_ + i / count));
    }
    rounds_ += seconds;
    return seconds * count;
  }

  std::int64_t tell_all(std::int64_t rate, std::int64_t seconds) {
    auto const begin = now_us();
    for (std::int64_t i = 0; i < seconds * rate; ++i) {
      auto const due = begin + i * 1'000'000 / rate;
      until(due);
      auto const frame = frame_of(due, rounds_++);
      for (int client : clients_) write(client, frame);
    }
    return seconds * rate;
  }

  static void write(int client, std::string const& frame) { send(client, frame.data(), frame.size(), MSG_NOSIGNAL); }

  void until(std::int64_t due) {
    for (auto left = due - now_us(); left > 0; left = due - now_us()) serve(left);
  }

  void serve(std::int64_t wait_us) {
    epoll_event ready[256];
    timespec const patience{wait_us / 1'000'000, wait_us % 1'000'000 * 1'000};
    int const count = epoll_pwait2(poll_, ready, 256, &patience, nullptr);
    for (int i = 0; i < count; ++i) {
      if (ready[i].data.fd == listening_) accept_all();
      else if (ready[i].data.fd == STDIN_FILENO) commanded_ = true;
      else read(ready[i].data.fd);
    }
  }

  void accept_all() {
    for (int client = accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK); client >= 0;
         client = accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK)) {
      int const on = 1;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      clients_.push_back(client);
      add(client);
    }
  }

  void read(int client) {
    char bytes[4'096];
    auto const count = recv(client, bytes, sizeof bytes, 0);
    if (count > 0) {
      if (std::string_view(bytes, 4) == "GET ") write(client, "HTTP/1.1 101 Switching Protocols\r\n\r\n");
    } else if (count == 0 || errno != EAGAIN) {
      std::erase(clients_, client);
      close(client);
    }
  }

  void add(int which) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = which;
    epoll_ctl(poll_, EPOLL_CTL_ADD, which, &event);
  }

  int poll_;
  int listening_;
  std::vector<int> clients_;
  bool commanded_ = false;
  std::int64_t rounds_ = 0;
};

}  // namespace

int main() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  try {
    floor_server().run();
  } catch (std::exception const& e) {
    std::cerr << "bench_event_floor: " << e.what() << "\n";
    return 1;
  }
}
