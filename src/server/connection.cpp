#include "server/connection.hpp"

#include "server/web_socket.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_suffix.hpp>

#include <array>
#include <limits>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::use_awaitable;
using std::chrono::steady_clock;
using step = connection_steps::step;

constexpr std::size_t linger_read_size = 4'096;
constexpr std::size_t linger_bytes = 4 * 1'048'576;
constexpr std::chrono::milliseconds linger_time{2'000};

std::string const& late() {
  static std::string const response = bare_response("408 Request Timeout", {});
  return response;
}

}  // namespace

connection::connection(std::shared_ptr<server_core> core, asio::ip::tcp::socket socket,
                       std::shared_ptr<asio::ssl::context> const& certificate)
    : core_(std::move(core)),
      held_(std::make_shared<client_stream>(std::move(socket), certificate)),
      stream_(*held_),
      steps_(core_->limits, core_->bodies),
      keep_alive_at_(never),
      caller_known_at_(no_stream) {
  boost::system::error_code fault;
  if (auto const peer = stream_.socket().remote_endpoint(fault); !fault) peer_.address = peer.address();
  peer_.encrypted = stream_.encrypted();
}

void connection::start() {
  steps_.opened(steady_clock::now());
  spawn(run());
}

void connection::spawn(task<void> what) {
  auto ended = [self = shared_from_this()](std::exception_ptr const& thrown) {
    if (self->handed_over_) return;
    if (!thrown && self->open_) return self->rest();
    self->open_.reset();  // its source tells nobody any more
    self->stream_.close();
    self->core_->remove(*self);
  };
  asio::co_spawn(stream_.get_executor(), std::move(what),
                 asio::bind_cancellation_slot(cancel_.slot(), std::move(ended)));
}

// Exceptions end the connection: a socket that failed or a client that went away has nobody to tell.
task<void> connection::run() {
  if (stream_.encrypted()) co_await stream_.open();
  steps_.opened(steady_clock::now());
  co_await serve(step::next_request);
}

task<void> connection::serve(next_step next) {
  while (next == step::next_request) next = co_await serve_one();
  if (next == step::close && (steps_.unread() || stream_.encrypted())) co_await linger();
}

connection_steps::server connection::state() const {
  return core_->draining() ? connection_steps::server::draining : connection_steps::server::serving;
}

// Does one step after the other until the request is answered or none came.
task<connection::next_step> connection::serve_one() {
  current_ = std::make_unique<exchange>(*core_);
  auto& current = *current_;
  auto& reader = steps_.reader();
  auto next = steps_.begin_request(steady_clock::now());
  while (next != step::respond) {
    if (next == step::read) {
      boost::system::error_code fault;
      auto const count = co_await stream_.async_read_some(reader.space(), asio::redirect_error(use_awaitable, fault));
      next = fault ? steps_.ended() : steps_.received(count, steady_clock::now());
    } else if (next == step::admit) {
      current.id = to_string(core_->ids.next());
      current.admitted = core_->door.admit(reader.head(), peer_, current.id);
      if (!current.admitted.settled()) co_await core_->door.settle(current.admitted, reader.head(), current.id);
      reader.allow_body(core_->door.max_body_bytes(current.admitted.to));
      if (current.admitted.refusal) {
        current.response() = std::move(*current.admitted.refusal);
        next = steps_.turned_away(state());
      } else {
        next = steps_.admitted(steady_clock::now());
      }
    } else if (next == step::send_continue) {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(stream_, asio::buffer(go_on), use_awaitable);
      next = steps_.continue_sent();
    } else if (next == step::answer && current.admitted.to.where == destination::web_socket) {
      if (hand_over(current)) co_return step::drop;
      next = steps_.answered(state());
    } else if (next == step::answer) {
      co_await current.answer(steps_.reader());
      next = steps_.answered(state());
    } else if (next == step::refuse) {
      co_await current.refuse(steps_, peer_);
      next = steps_.answered(state());
    } else {
      co_return next;
    }
  }
  current.answered();
  if (current.response().stream && !asks_head()) begin_stream();
  co_return co_await send_answer();
}

task<connection::next_step> connection::send_answer() {
  try {
    if (open_) co_await send_stream();
    else co_await respond();
  } catch (...) {
    current_->log(steps_, peer_);  // of a client that left, too
    throw;
  }
  if (open_) co_return std::nullopt;
  current_->log(steps_, peer_);
  current_.reset();
  co_return steps_.responded(state(), steady_clock::now());
}

// What came behind the handshake could not know whether it is one: it might be another request. False: it is refused.
bool connection::hand_over(exchange& current) {
  if (steps_.reader().followed()) {
    current.response() = protocol_error(*current.admitted.to.form, 400, "frames came before the answer", current.id);
    steps_.close_after();
    return false;
  }
  auto const socket = std::make_shared<web_socket>(core_, held_, steps_.reader().head(), current.admitted, current.id);
  current.response().status = 101;
  current.log(steps_, peer_);
  handed_over_ = true;
  core_->replace(*this, socket);
  socket->start();
  return true;
}

bool connection::asks_head() const { return steps_.reader().head().method == "HEAD"; }

template <class Buffers>
task<void> connection::write(Buffers const& buffers) {
  allow_write();
  beast::buffers_suffix<Buffers> rest(buffers);
  rest.consume(stream_.write_now(buffers));
  if (beast::buffer_bytes(rest) == 0) co_return;
  auto progress = [this](boost::system::error_code const& fault, std::size_t) -> std::size_t {
    allow_write();
    return fault ? 0 : 1'048'576;
  };
  co_await asio::async_write(stream_, rest, progress, use_awaitable);
}

// A stream that was cut off keeps the time it was given then, however its client reads.
void connection::allow_write() {
  wrote_ = true;
  if (open_ && open_->out().cut()) return;
  steps_.writing(steady_clock::now());
}

task<void> connection::respond() {
  auto& current = *current_;
  first_out_.clear();
  current.append_head(first_out_, steps_);
  bool const with_body = !asks_head();
  std::array<asio::const_buffer, 2> const buffers{
      asio::buffer(first_out_), with_body ? asio::buffer(current.response().content()) : asio::const_buffer()};
  co_await write(buffers);
  current.bytes_out = with_body ? current.response().content().size() : 0;
}

// Closes so that the client gets what was written although not all was read of what it sent: a plain close would reset
// the connection.
task<void> connection::linger() {
  steps_.lingering(linger_time, steady_clock::now());
  co_await stream_.end();
  if (!steps_.unread()) co_return;
  boost::system::error_code fault;
  std::size_t seen = 0;
  std::array<char, linger_read_size> bytes;
  while (!fault && seen < linger_bytes)
    seen += co_await stream_.socket().async_read_some(asio::buffer(bytes), asio::redirect_error(use_awaitable, fault));
}

void connection::sweep(steady_clock::time_point now, std::uint64_t revocations, bool with_peer) {
  bool const late_now = steps_.late(now);
  // Who is written to needs no look: a write to a client that has gone fails by itself.
  bool const silent = with_peer && !wrote_.exchange(false);
  bool const ask_peer = silent && steps_.answering();
  auto const known_at = caller_known_at_.load();
  bool const ask_caller = known_at != no_stream && known_at != revocations;
  bool const quiet = now.time_since_epoch().count() >= keep_alive_at_;
  if (!late_now && !ask_peer && !ask_caller && !quiet) return;
  asio::post(stream_.get_executor(), [self = shared_from_this(), late_now, ask_peer, ask_caller, quiet] {
    if (late_now) return self->expire();
    if (ask_peer) self->look_for_peer();
    if (ask_caller) self->ask_about_caller();
    if (quiet) self->keep_alive();
  });
}

void connection::post_drain(steady_clock::time_point) {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->steps_.idle()) self->drop();
  });
}

void connection::post_drop() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->drop(); });
}

void connection::expire() {
  if (!steps_.late(steady_clock::now()) || !stream_.is_open()) return;
  if (steps_.half_read()) stream_.end_with(late());
  drop();
}

// A closed connection reads as an end; nothing else tells while there is nothing to write.
void connection::look_for_peer() {
  if (steps_.answering() && stream_.is_open() && stream_.peer_gone()) drop();
}

void connection::drop() {
  steps_.dropped();
  stream_.close();
  cancel_.emit(asio::cancellation_type::terminal);
}

}  // namespace sambung::serving
