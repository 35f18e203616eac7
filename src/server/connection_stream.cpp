#include "server/connection.hpp"

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/container/new_allocator.hpp>

#include <array>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using std::chrono::steady_clock;

// The stream ended before its source did.
struct cut_off {};

}  // namespace

void connection::begin_stream() {
  auto& current = *current_;
  first_out_.clear();
  current.append_head(first_out_, steps_);
  steps_.reader().rest();
  auto const how = steps_.reader().head().version == http_version::http_1_1 ? framing::chunked : framing::until_close;
  open_ = std::make_shared<open_stream>(current.begin_stream(), core_->options.limits.stream_buffer_bytes, how);
  open_->meter.emplace(core_->measured.opened(current.admitted.to, "sse"));
  open_->notify(open_->pulled.told(weak_from_this(), stream_.get_executor()));
  open_->reader = current.admitted.who();
  if (!open_->reader) return;
  caller_known_at_ = current.admitted.revocations;
}

// To its end, or until it rests.
task<void> connection::send_stream() {
  auto& current = *current_;
  try {
    co_await run_stream(*open_);
  } catch (cut_off const&) {
    steps_.close_after();
    current.outcome().fault = to_string(errc::unauthenticated);
  }
  if (open_->out().next() == outbox::step::wait) co_return;
  if (auto const* why = open_->failed()) {
    note_failure(current.outcome(), *why);
    core_->door.tell_observer(current.admitted, *why, current.id);
  }
  caller_known_at_ = no_stream;
  open_.reset();
}

task<void> connection::run_stream(open_stream& stream) {
  using namespace asio::experimental::awaitable_operators;
  if (!first_out_.empty() && stream.out().next() != outbox::step::send) {
    co_await write(asio::buffer(first_out_));
    std::string().swap(first_out_);
  }
  auto producing = stream.produce();
  auto consuming = consume(stream);
  co_await (std::move(producing) && std::move(consuming));
}

task<void> connection::consume(open_stream& stream) {
  auto const& out = stream.out();
  while (true) {
    if (!out.cut()) steps_.waiting();
    co_await stream.ready();
    if (out.next() == outbox::step::wait) co_return;  // it rests
    if (out.next() == outbox::step::end) break;
    auto const piece = stream.take();
    std::array<asio::const_buffer, 4> const buffers{asio::buffer(first_out_), piece[0], piece[1], piece[2]};
    co_await write(buffers);
    std::string().swap(first_out_);
    current_->sent(steps_);
    current_->bytes_out += out.taken_bytes();
  }
  if (!out.closing().empty()) co_await write(asio::buffer(out.closing()));
  if (out.cut()) throw cut_off();
}

// Nothing but the end of the socket is waited for from here on, and whoever tells that there is more; who has told
// meanwhile was not listened to.
void connection::rest() {
  resting_ = true;
  cancel_.slot().clear();  // nothing is left to cancel: see left()
  keep_alive_at_ = (steady_clock::now() + open_->source().keep_alive_interval()).time_since_epoch().count();
  watch();
  pull();
}

void connection::watch() {
  if (std::exchange(watched_, true)) return;
  auto ended = [self = shared_from_this()](boost::system::error_code) {
    self->watched_ = false;
    self->left();
  };
  // With memory of its own size: what Asio has at hand was for something larger.
  stream_.socket().async_wait(asio::ip::tcp::socket::wait_error,
                              asio::bind_allocator(boost::container::new_allocator<void>(), std::move(ended)));
}

// Of a stream that rests, by its client's doing or the server's: see drop().
void connection::left() {
  if (!std::exchange(resting_, false)) return;
  keep_alive_at_ = never;
  current_->log(steps_, peer_);
  open_.reset();
  stream_.close();
  core_->remove(*this);
}

// What is there goes at once, without a coroutine, unless there is more than the socket takes.
void connection::pull() {
  if (!resting_) return;
  open_->pulled.begin();
  bool const all = open_->pull();
  if (!send_now() || !all) go_on();
}

bool connection::send_now() {
  if (open_->out().next() != outbox::step::send) return true;
  auto const piece = open_->take();
  std::size_t count = 0;
  try {
    count = stream_.write_now(piece);
  } catch (boost::system::system_error const&) {
    left();
    return true;
  }
  wrote_ = true;
  keep_alive_at_ = (steady_clock::now() + open_->source().keep_alive_interval()).time_since_epoch().count();
  current_->bytes_out += open_->out().taken_bytes();
  beast::buffers_suffix<std::array<asio::const_buffer, 3>> rest(piece);
  rest.consume(count);
  for (auto const one : beast::buffers_range_ref(rest))
    first_out_.append(static_cast<char const*>(one.data()), one.size());
  open_->sent();
  return first_out_.empty();
}

void connection::keep_alive() {
  if (!resting_ || steady_clock::now().time_since_epoch().count() < keep_alive_at_) return;
  open_->keep_alive();
  if (!send_now()) go_on();
}

void connection::go_on() {
  if (!std::exchange(resting_, false)) return;
  keep_alive_at_ = never;
  spawn(continue_stream());
}

task<void> connection::continue_stream() {
  auto next = co_await send_answer();
  co_await serve(next);
}

}  // namespace sambung::serving
