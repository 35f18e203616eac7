#include "testing/vendor_connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <charconv>

namespace sambung::testing {
namespace {

constexpr int poll_milliseconds = 10;

vendor_request parsed_head(std::string_view head) {
  vendor_request request;
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

}  // namespace

vendor_script scripted_vendor::state::script_for(vendor_request const& request) {
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

vendor_connection::~vendor_connection() {
  if (ssl_) SSL_free(ssl_);
  ::close(fd_);
}

bool vendor_connection::run() {
  if (owner_.certificate && !start_tls()) return client_gone_;
  while (auto request = read_request())
    if (!play(owner_.script_for(*request))) break;
  return client_gone_;
}

bool vendor_connection::start_tls() {
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
bool vendor_connection::wait_for(int wish) {
  if (wish != SSL_ERROR_WANT_READ && wish != SSL_ERROR_WANT_WRITE) return false;
  poll_for(wish == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, poll_milliseconds);
  return !owner_.stopping;
}

short vendor_connection::poll_for(short events, int milliseconds) {
  pollfd one{fd_, static_cast<short>(events | POLLRDHUP), 0};
  ::poll(&one, 1, milliseconds);
  return one.revents;
}

bool vendor_connection::gone(int milliseconds) {
  if (poll_for(0, milliseconds) & (POLLRDHUP | POLLHUP | POLLERR)) client_gone_ = true;
  return client_gone_ || owner_.stopping;
}

// Appends what arrived to input_; false at the end.
bool vendor_connection::read_more() {
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
    poll_for(POLLIN, poll_milliseconds);
  }
  return false;
}

std::size_t vendor_connection::idle_generation() {
  std::lock_guard const lock(owner_.mutex);
  return owner_.idle_generation;
}

std::optional<vendor_request> vendor_connection::read_request() {
  std::size_t head = 0;
  while ((head = input_.find("\r\n\r\n")) == input_.npos)
    if (!read_more()) return std::nullopt;
  auto request = parsed_head(std::string_view(input_).substr(0, head + 2));
  request.connection = number_;
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

// Whether the connection is to be kept.
bool vendor_connection::play(vendor_script const& script) {
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

bool vendor_connection::end(vendor_script::ending how) {
  if (how == vendor_script::ending::keep_alive) return true;
  if (how == vendor_script::ending::stall)
    while (!gone(poll_milliseconds)) continue;
  if (how == vendor_script::ending::reset) {
    linger const hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  }
  return false;
}

bool vendor_connection::write(std::string_view bytes) {
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
    poll_for(POLLOUT, poll_milliseconds);
  }
  return bytes.empty();
}

}  // namespace sambung::testing
