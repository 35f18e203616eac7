#include "server/web_socket.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using std::chrono::steady_clock;

// Coalesced into one write, of what waits.
constexpr std::size_t write_at_once = 65'536;

}  // namespace

// After what is under way now, so that what comes together goes together.
void web_socket::wake() {
  if (gone_ || std::exchange(flushing_, true)) return;
  asio::post(stream_->get_executor(), [self = shared_from_this()] { self->flush(); });
}

bool web_socket::has_more() {
  if (!control_.empty()) return true;
  return !closed_ && (ping_due_ || closing_ || !calls_.empty());
}

void web_socket::gather() {
  out_.swap(control_);
  if (closed_) return;
  if (std::exchange(ping_due_, false)) out_ += ping_frame();
  calls_.take(out_, write_at_once);
  if (!closing_ || !calls_.empty()) return;
  out_ += close_frame_;
  closed_ = true;
}

void web_socket::flush() {
  if (gone_) return;
  gather();
  std::size_t sent = 0;
  try {
    sent = out_.empty() ? 0 : stream_->write_now(asio::buffer(out_));
  } catch (boost::system::system_error const&) {
    return drop();
  }
  if (sent == out_.size()) return written();
  clock_.writing(steady_clock::now());
  auto ended = [self = shared_from_this()](std::exception_ptr const& thrown) {
    return thrown ? self->drop() : self->written();
  };
  asio::co_spawn(
      stream_->get_executor(), [self = shared_from_this(), sent] { return self->write_rest(sent); }, std::move(ended));
}

task<void> web_socket::write_rest(std::size_t sent) {
  auto progress = [this](boost::system::error_code const& fault, std::size_t) -> std::size_t {
    clock_.writing(steady_clock::now());
    return fault ? 0 : 1'048'576;
  };
  auto const rest = asio::buffer(out_) + sent;
  co_await asio::async_write(*stream_, rest, progress, use_awaitable);
}

void web_socket::written() {
  clock_.wrote(steady_clock::now());
  std::string().swap(out_);
  ++writes_;
  flushing_ = false;
  changed_.cancel();
  if (has_more()) wake();
  read_on();
}

}  // namespace sambung::serving
