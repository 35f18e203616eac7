#include <sambung/testing/scripted_vendor.hpp>

#include "testing/certificate.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>

namespace sambung::testing {
namespace {

constexpr int poll_milliseconds = 10;

vendor_wire wire_of(vendor_request const& request) {
  if (request.target.starts_with("/v1/messages")) return vendor_wire::anthropic;
  return request.target.starts_with("/api/") ? vendor_wire::ollama : vendor_wire::openai;
}

bool wants_stream(vendor_request const& request) { return request.body.find(R"("stream":true)") != std::string::npos; }

}  // namespace

std::string vendor_request::header(std::string_view lower_case_name) const {
  for (auto const& [name, value] : headers)
    if (name == lower_case_name) return value;
  return {};
}

struct scripted_vendor::state {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<vendor_script> scripts;
  handler otherwise;
  std::vector<vendor_request> requests;
  std::size_t accepted = 0;
  std::size_t open = 0;
  std::size_t closed_by_client = 0;
  std::size_t idle_generation = 0;  // raised to close what is idle
  std::atomic<bool> stopping = false;
  int listener = -1;
  unsigned short port = 0;
  std::unique_ptr<test_certificate> certificate;
  std::list<std::thread> workers;
  std::thread acceptor;

  vendor_script script_for(vendor_request const& request) {
    handler answer;
    {
      std::lock_guard const lock(mutex);
      requests.push_back(request);
      changed.notify_all();
      if (!scripts.empty()) {
        auto script = std::move(scripts.front());
        scripts.pop_front();
        return script;
      }
      answer = otherwise;
    }
    return answer(request);
  }

  template <class F>
  bool wait(std::chrono::milliseconds time, F&& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, time, condition);
  }
};

// Serves one connection on a thread of its own.
class vendor_connection {
 public:
  vendor_connection(scripted_vendor::state& owner, int fd, std::size_t number)
      : owner_(owner), fd_(fd), number_(number), idle_since_(idle_generation()) {}
  ~vendor_connection() {
    if (ssl_) SSL_free(ssl_);
    ::close(fd_);
  }
  vendor_connection(vendor_connection const&) = delete;
  vendor_connection& operator=(vendor_connection const&) = delete;

  // Whether the client closed the connection.
  bool run() {
    if (owner_.certificate && !start_tls()) return client_gone_;
    while (auto request = read_request())
      if (!play(owner_.script_for(*request))) break;
    return client_gone_;
  }

 private:
  bool start_tls() {
    ssl_ = SSL_new(owner_.certificate->context());
    SSL_set_fd(ssl_, fd_);
    for (;;) {
      int const returned = SSL_accept(ssl_);
      if (returned == 1) return true;
      if (!wait_for(SSL_get_error(ssl_, returned))) {
        client_gone_ = true;
        return false;
      }
    }
  }

  // Waits for what OpenSSL wants; false when it wants nothing any more or the vendor stops.
  bool wait_for(int wish) {
    if (wish != SSL_ERROR_WANT_READ && wish != SSL_ERROR_WANT_WRITE) return false;
    poll_for(wish == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT);
    return !owner_.stopping;
  }

  short poll_for(short events, int milliseconds = poll_milliseconds) {
    pollfd one{fd_, static_cast<short>(events | POLLRDHUP), 0};
    ::poll(&one, 1, milliseconds);
    return one.revents;
  }

  bool gone(int milliseconds = 0) {
    if (poll_for(0, milliseconds) & (POLLRDHUP | POLLHUP | POLLERR)) client_gone_ = true;
    return client_gone_ || owner_.stopping;
  }

  // Appends what arrived to input_; false at the end.
  bool read_more() {
    char buffer[16'384];
    while (!owner_.stopping && idle_since_ == idle_generation()) {
      long got = ssl_ ? SSL_read(ssl_, buffer, sizeof buffer) : ::recv(fd_, buffer, sizeof buffer, 0);
      if (got > 0) {
        input_.append(buffer, static_cast<std::size_t>(got));
        return true;
      }
      bool const again = ssl_ ? SSL_get_error(ssl_, static_cast<int>(got)) == SSL_ERROR_WANT_READ
                              : got < 0 && (errno == EAGAIN || errno == EINTR);
      if (!again) {
        client_gone_ = true;
        return false;
      }
      poll_for(POLLIN);
    }
    return false;
  }

  std::size_t idle_generation() {
    std::lock_guard const lock(owner_.mutex);
    return owner_.idle_generation;
  }

  std::optional<vendor_request> read_request() {
    std::size_t head = 0;
    while ((head = input_.find("\r\n\r\n")) == input_.npos)
      if (!read_more()) return std::nullopt;
    auto request = parse_head(std::string_view(input_).substr(0, head + 2));
    std::size_t length = 0;
    auto const text = request.header("content-length");
    std::from_chars(text.data(), text.data() + text.size(), length);
    while (input_.size() < head + 4 + length)
      if (!read_more()) return std::nullopt;
    request.body = input_.substr(head + 4, length);
    input_.erase(0, head + 4 + length);
    idle_since_ = idle_generation();
    return request;
  }

  vendor_request parse_head(std::string_view head) const {
    vendor_request request;
    request.connection = number_;
    auto const line = head.substr(0, head.find("\r\n"));
    auto const first = line.find(' ');
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, line.rfind(' ') - first - 1);
    head.remove_prefix(line.size() + 2);
    while (!head.empty()) {
      auto const field = head.substr(0, head.find("\r\n"));
      auto const colon = field.find(':');
      std::string name(field.substr(0, colon));
      for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      auto value = field.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      request.headers.emplace_back(std::move(name), std::string(value));
      head.remove_prefix(field.size() + 2);
    }
    return request;
  }

  // Whether the connection is to be kept.
  bool play(vendor_script const& script) {
    for (auto const& step : script.plan()) {
      if (auto const* bytes = std::get_if<std::string>(&step)) {
        if (!write(*bytes)) return false;
      } else if (auto const* g = std::get_if<gate>(&step)) {
        auto copy = *g;
        copy.block_unless([this] { return gone(); });
      } else if (auto const* time = std::get_if<std::chrono::milliseconds>(&step)) {
        auto const until = std::chrono::steady_clock::now() + *time;
        while (std::chrono::steady_clock::now() < until && !gone(1)) continue;
      } else if (auto const* repeated = std::get_if<vendor_script::forever>(&step)) {
        while (!gone(1) && write(repeated->chunk)) continue;
        return false;
      } else {
        return end(std::get<vendor_script::ending>(step));
      }
      if (client_gone_) return false;
    }
    return true;
  }

  bool end(vendor_script::ending how) {
    if (how == vendor_script::ending::keep_alive) return true;
    if (how == vendor_script::ending::stall)
      while (!gone(poll_milliseconds)) continue;
    if (how == vendor_script::ending::reset) {
      linger const hard{1, 0};
      ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    return false;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty() && !owner_.stopping) {
      long const sent = ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
        continue;
      }
      bool const again = ssl_ ? SSL_get_error(ssl_, static_cast<int>(sent)) == SSL_ERROR_WANT_WRITE : errno == EAGAIN;
      if (!again) {
        client_gone_ = true;
        return false;
      }
      poll_for(POLLOUT);
    }
    return bytes.empty();
  }

  scripted_vendor::state& owner_;
  int fd_;
  std::size_t number_;
  std::size_t idle_since_;  // the idle_generation when the last request came
  SSL* ssl_ = nullptr;
  std::string input_;
  bool client_gone_ = false;
};

namespace {

int listen_locally(unsigned short& port) {
  int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (fd < 0 || ::bind(fd, any, size) != 0 || ::listen(fd, 256) != 0 || ::getsockname(fd, any, &size) != 0)
    throw std::runtime_error("the scripted vendor cannot listen");
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

scripted_vendor::scripted_vendor(vendor_security security) : state_(std::make_shared<state>()) {
  if (security == vendor_security::tls)
    state_->certificate = std::make_unique<test_certificate>("DNS:localhost,IP:127.0.0.1");
  if (security == vendor_security::tls_wrong_host)
    state_->certificate = std::make_unique<test_certificate>("DNS:elsewhere.example");
  otherwise([](vendor_request const& request) {
    auto const wire = wire_of(request);
    return wants_stream(request) ? vendor_script::streamed_answer({"ok"}, wire) : vendor_script::answer("ok", wire);
  });
  state_->listener = listen_locally(state_->port);
  state_->acceptor = std::thread([s = state_.get()] {
    while (!s->stopping) {
      pollfd one{s->listener, POLLIN, 0};
      if (::poll(&one, 1, poll_milliseconds) <= 0) continue;
      int const fd = ::accept4(s->listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) continue;
      int const on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      std::lock_guard const lock(s->mutex);
      ++s->open;
      auto const number = s->accepted++;
      s->workers.emplace_back([s, fd, number] {
        bool client_closed = false;
        {
          vendor_connection connection(*s, fd, number);
          client_closed = connection.run();
        }
        std::lock_guard const inner(s->mutex);
        --s->open;
        s->closed_by_client += client_closed ? 1 : 0;
        s->changed.notify_all();
      });
    }
  });
}

scripted_vendor::~scripted_vendor() {
  state_->stopping = true;
  state_->acceptor.join();
  for (auto& worker : state_->workers) worker.join();
  ::close(state_->listener);
}

unsigned short scripted_vendor::port() const { return state_->port; }

std::string scripted_vendor::origin() const {
  return (state_->certificate ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(state_->port);
}

std::string scripted_vendor::base_url() const { return origin() + "/v1"; }

std::string scripted_vendor::ca_file() const {
  return state_->certificate ? state_->certificate->file() : std::string();
}

scripted_vendor& scripted_vendor::push(vendor_script script) {
  std::lock_guard const lock(state_->mutex);
  state_->scripts.push_back(std::move(script));
  return *this;
}

scripted_vendor& scripted_vendor::otherwise(handler h) {
  std::lock_guard const lock(state_->mutex);
  state_->otherwise = std::move(h);
  return *this;
}

std::vector<vendor_request> scripted_vendor::requests() const {
  std::lock_guard const lock(state_->mutex);
  return state_->requests;
}

std::size_t scripted_vendor::connections() const {
  std::lock_guard const lock(state_->mutex);
  return state_->accepted;
}

std::size_t scripted_vendor::open_connections() const {
  std::lock_guard const lock(state_->mutex);
  return state_->open;
}

bool scripted_vendor::closed_by_client_within(std::chrono::milliseconds time, std::size_t count) {
  return state_->wait(time, [&] { return state_->closed_by_client >= count; });
}

bool scripted_vendor::requests_within(std::chrono::milliseconds time, std::size_t count) {
  return state_->wait(time, [&] { return state_->requests.size() >= count; });
}

void scripted_vendor::close_idle_connections() {
  {
    std::lock_guard const lock(state_->mutex);
    ++state_->idle_generation;
  }
  state_->wait(std::chrono::milliseconds(2'000), [&] { return state_->open == 0; });
}

}  // namespace sambung::testing
