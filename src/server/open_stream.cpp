#include "server/open_stream.hpp"

#include "core/caught.hpp"
#include "http/server/cancellation.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

// What one stream encodes before others have their turn: some tens of microseconds.
constexpr std::size_t bytes_at_once = 16'384;

}  // namespace

open_stream::open_stream(std::unique_ptr<body_source> source, asio::any_io_executor executor, std::size_t limit,
                         framing how)
    : source_(std::move(source)), out_(limit, how), filled_(executor), emptied_(executor) {
  out_.pending() = source_->opening();
}

task<void> open_stream::end_with(std::exception_ptr thrown) {
  bool const left = co_await client_has_left();
  if (left) std::rethrow_exception(thrown);
  failed_ = caught(thrown);
  source_->append_failure(out_.pending(), shortened(*failed_));
}

task<void> open_stream::produce() {
  std::size_t at_once = 0;
  bool more = true;
  while (more) {
    auto const before = out_.pending().size();
    std::exception_ptr thrown;
    try {
      more = co_await source_->read(out_.pending());
    } catch (...) {
      thrown = std::current_exception();
    }
    if (thrown) {
      more = false;
      co_await end_with(std::move(thrown));
    }
    auto const now = out_.pending().size();
    if (now != before) events.add();
    at_once += now > before ? now - before : now;
    out_.added(!more);
    filled_.cancel();
    while (more && out_.full()) {
      emptied_.expires_at(std::chrono::steady_clock::time_point::max());
      co_await emptied_.async_wait(asio::as_tuple(use_awaitable));
      at_once = 0;
    }
    if (more && at_once >= bytes_at_once) {
      at_once = 0;
      co_await asio::post(use_awaitable);
    }
  }
}

task<void> open_stream::ready() {
  while (out_.next() == outbox::step::wait) {
    out_.rest();
    filled_.expires_after(source_->keep_alive_interval());
    auto const [fault] = co_await filled_.async_wait(asio::as_tuple(use_awaitable));
    if (!fault) out_.keep_alive(source_->keep_alive());
  }
}

std::array<asio::const_buffer, 3> open_stream::take() {
  auto const piece = out_.take();
  emptied_.cancel();
  return piece;
}

void open_stream::cut_off(failure const& why) {
  std::string last_words;
  source_->append_failure(last_words, why);
  out_.cut_off_with(std::move(last_words));
  filled_.cancel();
}

}  // namespace sambung::serving
