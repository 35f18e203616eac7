#include "server/admin_listener.hpp"

#include "http/server/request_reader.hpp"
#include "server/listening.hpp"
#include "server/server_core.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using local_stream = asio::local::stream_protocol;
using reading = request_reader::step;

constexpr std::size_t max_admin_sessions = 32;
constexpr std::size_t max_admin_bodies = 65'536;
constexpr std::chrono::milliseconds admin_time{10'000};  // from a connection to its end
constexpr std::chrono::milliseconds accept_pause{250};

http_limits admin_limits() {
  http_limits limits;
  limits.max_header_bytes = 8'192;
  limits.max_body_bytes = 4'096;
  return limits;
}

bool is_left_behind(asio::any_io_executor const& executor, std::string const& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  boost::system::error_code fault;
  local_stream::socket probe(executor);
  probe.connect(local_stream::endpoint(path), fault);
  return fault == asio::error::connection_refused;
}

// For the server's user only: nobody can connect before that is so.
std::shared_ptr<local_stream::acceptor> open_socket_file(asio::any_io_executor executor, std::string const& path) {
  if (is_left_behind(executor, path)) ::unlink(path.c_str());
  auto acceptor = std::make_shared<local_stream::acceptor>(executor);
  acceptor->open();
  acceptor->bind(local_stream::endpoint(path));
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0)
    throw boost::system::system_error(boost::system::error_code(errno, boost::system::system_category()));
  acceptor->listen();
  return acceptor;
}

}  // namespace

struct admin_listener::session {
  session(asio::generic::stream_protocol::socket socket_, http_limits const& limits, body_budget& bodies)
      : socket(std::move(socket_)), deadline(socket.get_executor()), reader(limits, bodies) {}

  asio::generic::stream_protocol::socket socket;
  asio::steady_timer deadline;
  request_reader reader;
  bool asked = false;  // its head has come

  void drop() {
    boost::system::error_code ignored;
    socket.close(ignored);
    deadline.cancel();
  }
};

admin_listener::admin_listener(server_core& core, asio::any_io_executor executor)
    : core_(core), executor_(std::move(executor)), routes_(core), limits_(admin_limits()), bodies_(max_admin_bodies) {}

std::uint16_t admin_listener::listen(admin_address const& address) {
  try {
    if (!address.path.empty()) {
      start(open_socket_file(executor_, address.path), address.path);
      return 0;
    }
    auto const found = resolve(executor_, address.host, address.port);
    if (!found.address().is_loopback() && core_.options.admin_token.empty())
      throw error(errc::invalid_argument, "an admin address that is no loopback address needs an admin_token");
    auto acceptor = open_acceptor(executor_, found);
    auto const port = acceptor->local_endpoint().port();
    start(std::move(acceptor), {});
    return port;
  } catch (boost::system::system_error const& e) {
    auto const where = address.path.empty() ? address.host + " port " + std::to_string(address.port) : address.path;
    throw error(errc::unavailable, "cannot listen for operators on " + where + ": " + e.code().message());
  }
}

template <class Acceptor>
void admin_listener::start(std::shared_ptr<Acceptor> acceptor, std::string path) {
  asio::post(executor_, [this, held = core_.shared_from_this(), acceptor, path = std::move(path)] {
    auto const shut = [acceptor, path] {
      boost::system::error_code ignored;
      acceptor->close(ignored);
      if (!path.empty()) ::unlink(path.c_str());
    };
    if (closed_) return shut();
    closers_.emplace_back(shut);
    asio::co_spawn(executor_, [this, held, acceptor] { return accept(acceptor); }, asio::detached);
  });
}

void admin_listener::close() {
  closed_ = true;
  for (auto const& shut : std::exchange(closers_, {})) shut();
  for (auto* const one : sessions_) one->drop();
}

template <class Acceptor>
task<void> admin_listener::accept(std::shared_ptr<Acceptor> acceptor) {
  while (acceptor->is_open()) {
    auto [fault, socket] = co_await acceptor->async_accept(executor_, asio::as_tuple(use_awaitable));
    if (!fault) {
      admit(std::move(socket));
    } else if (acceptor->is_open() && fault != asio::error::connection_aborted) {
      asio::steady_timer pause(executor_, accept_pause);
      co_await pause.async_wait(asio::as_tuple(use_awaitable));
    }
  }
}

// Whoever says nothing has to make way: they do not keep operators out.
bool admin_listener::make_room() {
  if (sessions_.size() < max_admin_sessions) return true;
  auto const silent = std::ranges::find(sessions_, false, &session::asked);
  if (silent == sessions_.end()) return false;
  auto* const oldest = *silent;
  sessions_.erase(silent);
  oldest->drop();
  return true;
}

void admin_listener::admit(asio::generic::stream_protocol::socket socket) {
  if (closed_ || !make_room()) return;
  auto const one = std::make_shared<session>(std::move(socket), limits_, bodies_);
  sessions_.push_back(one.get());
  one->deadline.expires_after(admin_time);
  one->deadline.async_wait([weak = std::weak_ptr(one)](boost::system::error_code const& cancelled) {
    if (auto const late = weak.lock(); late && !cancelled) late->drop();
  });
  // Who has gone is told nothing.
  auto ended = [this, held = core_.shared_from_this(), one](std::exception_ptr) {
    std::erase(sessions_, one.get());
    one->drop();
  };
  asio::co_spawn(executor_, [this, one] { return serve(one); }, std::move(ended));
}

task<void> admin_listener::serve(std::shared_ptr<session> one) {
  auto next = one->reader.find_head();
  while (next == reading::read) {
    bool const more = co_await receive(*one);
    if (!more) co_return;
    next = one->reader.find_head();
  }
  one->asked = true;
  if (next == reading::done && !one->reader.read_ahead()) {
    next = one->reader.find_body();
    while (next == reading::read) {
      bool const more = co_await receive(*one);
      if (!more) co_return;
      next = one->reader.find_body();
    }
  }
  auto const fault = one->reader.fault();
  auto response = next == reading::refused ? std::optional(admin_refusal(fault.status, fault.why)) : std::nullopt;
  if (!response) {
    auto answered = co_await respond(*one);
    response.emplace(std::move(answered));
  }
  co_await send(*one, *response);
}

task<http_response> admin_listener::respond(session& one) {
  auto answering = routes_.answer(one.reader.head(), one.reader.body());
  auto answered = co_await as_result(std::move(answering));
  if (answered) co_return std::move(*answered);
  co_return admin_refusal(500, "this did not work");
}

task<bool> admin_listener::receive(session& one) {
  auto const [fault, count] = co_await one.socket.async_read_some(one.reader.space(), asio::as_tuple(use_awaitable));
  if (fault) co_return false;
  one.reader.received(count);
  co_return true;
}

task<void> admin_listener::send(session& one, http_response const& response) {
  head_facts facts;
  auto const id = to_string(core_.ids.next());
  facts.date = http_date(core_.clock->now());
  facts.request_id = id;
  facts.keep_alive = false;
  std::string bytes;
  append_head(bytes, response, facts);
  if (one.reader.head().method != "HEAD") bytes += response.content();
  co_await asio::async_write(one.socket, asio::buffer(bytes), use_awaitable);
  boost::system::error_code ignored;
  one.socket.shutdown(asio::socket_base::shutdown_send, ignored);
  if (one.reader.complete()) co_return;
  // A plain close would take back the answer, for there is more to read.
  std::array<char, 4'096> rest;
  std::size_t seen = 0;
  while (seen < max_admin_bodies) {
    auto const [fault, count] = co_await one.socket.async_read_some(asio::buffer(rest), asio::as_tuple(use_awaitable));
    if (fault) co_return;
    seen += count;
  }
}

}  // namespace sambung::serving
