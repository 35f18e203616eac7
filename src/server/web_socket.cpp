#include "server/web_socket.hpp"

#include "core/ip_network.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <array>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::use_awaitable;
using std::chrono::steady_clock;

// What a quiet socket holds for the beginning of the next message; longer ones are read by pieces.
constexpr std::size_t first_read = 256;
constexpr std::size_t next_read = 16'384;
// For the last words to a client; a second for what it loses by them.
constexpr std::chrono::milliseconds last_words_time{2'000};
constexpr std::chrono::milliseconds last_words_of_authority_time{1'000};
constexpr std::size_t most_unread = 4 * 1'048'576;  // of a client that goes on sending

socket_times times_of(server_limits const& limits) {
  socket_times times;
  times.sign_in = limits.socket_sign_in_time;
  times.ping = limits.socket_ping_time;
  times.silence = limits.socket_silence;
  times.write_stall = limits.write_stall;
  times.message = limits.body_time;
  return times;
}

}  // namespace

web_socket::web_socket(std::shared_ptr<server_core> core, std::shared_ptr<client_stream> stream,
                       request_head const& opened, admission const& admitted, std::string request_id)
    : core_(std::move(core)),
      stream_(std::move(stream)),
      socket_(stream_, [this] { wake(); }),
      opened_(opened, core_->options.identify ? kept_fields::all : kept_fields::ours),
      client_(admitted.client),
      request_id_(std::move(request_id)),
      key_(opened.value("sec-websocket-key")),
      introduced_(admitted.from.self() != nullptr),
      calls_(core_->options.limits.max_calls_per_socket, core_->options.limits.stream_buffer_bytes),
      clock_(times_of(core_->options.limits), steady_clock::now()),
      changed_(stream_->get_executor(), steady_clock::time_point::max()),
      callers_known_at_(admitted.revocations) {
  if (introduced_) user_ = admitted.from.self()->who().user();
}

void web_socket::start() {
  core_->sockets.opened();
  core_->measured.web_sockets.add(1);
  auto ended = [self = shared_from_this()](std::exception_ptr) {
    self->drop();
    self->core_->sockets.closed();
    self->core_->measured.web_sockets.add(-1);
    self->core_->remove(*self);
  };
  asio::co_spawn(stream_->get_executor(), [self = shared_from_this()] { return self->run(); }, std::move(ended));
  if (core_->draining()) post_drain(steady_clock::now());
}

// A socket that failed has nobody to tell.
task<void> web_socket::run() {
  try {
    co_await accept();
    co_await read_all();
  } catch (boost::system::system_error const&) {
    drop();
  }
  co_await finish();
}

task<void> web_socket::accept() {
  handshake_request request(http::verb::get, "/ws", 11);
  request.set(http::field::host, "localhost");  // the front door has looked at it
  request.set(http::field::connection, "upgrade");
  request.set(http::field::upgrade, "websocket");
  request.set(http::field::sec_websocket_version, "13");
  request.set(http::field::sec_websocket_key, std::exchange(key_, std::string()));
  auto describe = [id = std::exchange(request_id_, std::string())](websocket::response_type& response) {
    response.set(http::field::server, "Sambung");
    response.set("X-Request-Id", id);
  };
  socket_.set_option(websocket::stream_base::decorator(std::move(describe)));
  socket_.control_callback([this](websocket::frame_type, auto) { clock_.heard(steady_clock::now()); });
  socket_.auto_fragment(false);
  socket_.read_message_max(core_->options.limits.max_message_bytes);
  co_await socket_.async_accept(request, use_awaitable);
  accepted_ = true;
  take_place();
  wake();
}

void web_socket::take_place() {
  of_address_ = core_->sockets.of_address(rate_name(client_.address));
  if (!of_address_) {
    core_->sockets.refused();
    return close(socket_close::too_many, "too many sockets of this address");
  }
  if (introduced_) take_place_of(*user_);
}

bool web_socket::take_place_of(user_id const& who) {
  of_user_ = core_->sockets.of_user(who);
  if (of_user_) {
    user_ = who;
    clock_.known();
    return true;
  }
  core_->sockets.refused();
  close(socket_close::too_many, "too many sockets of this user");
  return false;
}

task<void> web_socket::read_all() {
  while (!gone_) {
    if (crowded()) clock_.pausing();
    while (crowded() && !gone_) co_await wait_for_change();
    clock_.reading(steady_clock::now());
    auto call = co_await read_message();
    if (!call) co_return;
    if (closing_) continue;
    call->decode(socket_.got_binary() ? orpc::peer_message::binary : orpc::peer_message::text, opened_);
    received(std::move(call));
  }
}

// Null at the end.
task<web_socket::call_ptr> web_socket::read_message() {
  std::array<char, first_read> bytes;
  auto const [fault, count] = co_await socket_.async_read_some(asio::buffer(bytes), asio::as_tuple(use_awaitable));
  if (fault) co_return nullptr;
  clock_.heard(steady_clock::now());
  auto call = std::make_shared<peer_call>(*core_, core_->bodies);
  call->receive(std::string_view(bytes.data(), count));
  if (!socket_.is_message_done()) clock_.receiving(steady_clock::now());
  while (!socket_.is_message_done()) {
    bool const more = co_await read_more(*call);
    if (!more) co_return nullptr;
  }
  clock_.received();
  co_return call;
}

task<bool> web_socket::read_more(peer_call& call) {
  std::string piece(next_read, '\0');
  auto const [fault, count] = co_await socket_.async_read_some(asio::buffer(piece), asio::as_tuple(use_awaitable));
  if (fault) co_return false;
  clock_.heard(steady_clock::now());
  bool const held = call.receive(std::string_view(piece).substr(0, count));
  if (!held) close(socket_close::too_many, "too many messages are on their way");
  co_return held;
}

// Closes so that the client gets what was written: see connection::linger.
task<void> web_socket::finish() {
  end_calls();
  while (!gone_ && (flushing_ || has_more())) co_await wait_for_change();
  if (!gone_) {
    clock_.closing(steady_clock::now() + last_words_time);
    co_await stream_->end();
    std::string bytes(next_read, '\0');
    boost::system::error_code fault;
    for (std::size_t seen = 0; !fault && seen < most_unread;) {
      auto const [why, count] =
          co_await stream_->socket().async_read_some(asio::buffer(bytes), asio::as_tuple(use_awaitable));
      fault = why;
      seen += count;
    }
  }
  drop();
  while (!running_.empty()) co_await wait_for_change();
}

task<void> web_socket::wait_for_change() { co_await changed_.async_wait(asio::as_tuple(use_awaitable)); }

void web_socket::sweep(steady_clock::time_point now, std::uint64_t revocations, bool) {
  bool const due = clock_.due(now);
  bool const ask = callers_known_at_ != revocations;
  if (!due && !ask) return;
  asio::post(stream_->get_executor(), [self = shared_from_this(), due, ask] {
    if (due) self->look();
    if (ask) self->ask_about_callers();
  });
}

void web_socket::look() {
  switch (clock_.next(steady_clock::now())) {
    case socket_clock::event::drop:
      return drop();
    case socket_clock::event::nobody:
      return close(socket_close::authority, "nobody has signed in");
    case socket_clock::event::retire:
      retiring_ = true;
      return retire_if_done();
    case socket_clock::event::ping:
      ping_due_ = true;
      return wake();
    case socket_clock::event::none:
      break;
  }
}

// Streams that go on end at a random moment, so that their clients do not all come back at once.
void web_socket::post_drain(steady_clock::time_point until) {
  asio::post(stream_->get_executor(), [self = shared_from_this(), until] {
    self->draining_ = true;
    std::array<std::byte, 2> any{};
    self->core_->options.random->fill(any);
    auto const moment = std::to_integer<int>(any[0]) * 256 + std::to_integer<int>(any[1]);
    auto const now = steady_clock::now();
    self->clock_.retire_at(now + std::max(until - now, steady_clock::duration()) / 2 * moment / 65'536);
    self->retire_if_done();
  });
}

void web_socket::post_drop() {
  asio::post(stream_->get_executor(), [self = shared_from_this()] { self->drop(); });
}

// Behind everything that waits to be written but events. A call that asks for it itself must not be cancelled before it
// has waited for anything: Asio's co_spawn() throws then.
void web_socket::close(socket_close code, std::string_view reason) {
  if (gone_ || std::exchange(closing_, true)) return;
  close_frame_ = close_frame(static_cast<std::uint16_t>(code), reason);
  auto const time = code == socket_close::authority ? last_words_of_authority_time : last_words_time;
  clock_.closing(steady_clock::now() + time);
  asio::post(stream_->get_executor(), [self = shared_from_this()] { self->end_calls(); });
  wake();
}

void web_socket::drop() {
  if (std::exchange(gone_, true)) return;
  socket_.next_layer().close();
  stream_->close();
  end_calls();
  changed_.cancel();
}

}  // namespace sambung::serving
