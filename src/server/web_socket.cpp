#include "server/web_socket.hpp"

#include "core/ip_network.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using std::chrono::steady_clock;

constexpr std::size_t last_read = 16'384;
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
                       request_head const& opened, admission const& admitted, std::string_view request_id)
    : core_(std::move(core)),
      stream_(std::move(stream)),
      opened_(opened, core_->options.identify ? kept_fields::all : kept_fields::ours),
      client_(admitted.client),
      introduced_(admitted.who() != nullptr),
      messages_(core_->options.limits.max_message_bytes),
      calls_(core_->options.limits.max_calls_per_socket, core_->options.limits.stream_buffer_bytes),
      clock_(times_of(core_->options.limits), steady_clock::now()),
      changed_(stream_->get_executor(), steady_clock::time_point::max()),
      control_(handshake_answer(opened, request_id)),
      callers_known_at_(admitted.revocations) {
  if (introduced_) user_ = admitted.who()->user();
}

void web_socket::start() {
  core_->sockets.opened();
  core_->measured.web_sockets.add(1);
  take_place();
  wake();
  read();
  if (core_->draining()) post_drain(steady_clock::now());
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

// Nothing is read any more, once.
void web_socket::end() {
  if (std::exchange(ending_, true)) return;
  auto over = [self = shared_from_this()](std::exception_ptr const&) {
    self->drop();
    self->core_->sockets.closed();
    self->core_->measured.web_sockets.add(-1);
    self->core_->remove(*self);
  };
  asio::co_spawn(stream_->get_executor(), [self = shared_from_this()] { return self->finish(); }, std::move(over));
}

// Closes so that the client gets what was written: see connection::linger.
task<void> web_socket::finish() {
  end_calls();
  while (!gone_ && (flushing_ || has_more())) co_await wait_for_change();
  if (!gone_) {
    clock_.closing(steady_clock::now() + last_words_time);
    co_await stream_->end();
    std::string bytes(last_read, '\0');
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
  stream_->close();
  end_calls();
  changed_.cancel();
  end();
}

}  // namespace sambung::serving
