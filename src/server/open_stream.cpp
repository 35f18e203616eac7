#include "server/open_stream.hpp"

#include "core/caught.hpp"
#include "http/server/cancellation.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

// What one stream encodes before others have their turn: some tens of microseconds.
constexpr std::size_t bytes_at_once = 16'384;

}  // namespace

// Who waits for whom.
struct open_stream::waits {
  explicit waits(asio::any_io_executor const& executor) : filled(executor), emptied(executor) {}

  asio::steady_timer filled;   // cancelled: something was added
  asio::steady_timer emptied;  // cancelled: something was taken
};

open_stream::open_stream(std::unique_ptr<body_source> source, std::size_t limit, framing how)
    : source_(std::move(source)), out_(limit, how) {
  out_.pending() = source_->opening();
}

open_stream::~open_stream() = default;

open_stream::waits& open_stream::waiting(asio::any_io_executor const& home) {
  if (!waits_) waits_ = std::make_unique<waits>(home);
  return *waits_;
}

void open_stream::wake() {
  if (waits_) waits_->filled.cancel();
}

task<void> open_stream::end_with(std::exception_ptr thrown) {
  bool const left = co_await client_has_left();
  if (left) std::rethrow_exception(thrown);
  failed_ = std::make_unique<failure>(caught(thrown));
  source_->append_failure(out_.pending(), shortened(*failed_));
}

void open_stream::added(std::size_t before, bool last) {
  if (meter && out_.pending().size() != before) meter->events().add();
  out_.added(last);
}

task<void> open_stream::produce() {
  rests_ = false;
  std::size_t at_once = 0;
  bool more = true;
  while (more) {
    auto const before = out_.pending().size();
    std::exception_ptr thrown;
    try {
      bool const there = source_->read_now(out_.pending());
      rests_ = !there && source_->rests();
      if (rests_) co_return wake();
      if (!there) more = co_await source_->read(out_.pending());
    } catch (...) {
      thrown = std::current_exception();
    }
    if (thrown) {
      more = false;
      co_await end_with(std::move(thrown));
    }
    auto const now = out_.pending().size();
    at_once += now > before ? now - before : now;
    added(before, !more);
    wake();
    while (more && out_.full()) {
      auto& emptied = waiting(co_await asio::this_coro::executor).emptied;
      emptied.expires_at(std::chrono::steady_clock::time_point::max());
      co_await emptied.async_wait(asio::as_tuple(use_awaitable));
      at_once = 0;
    }
    if (more && at_once >= bytes_at_once) {
      at_once = 0;
      co_await asio::post(use_awaitable);
    }
  }
}

bool open_stream::pull() {
  while (out_.pending().size() < bytes_at_once && !out_.full() && !out_.cut()) {
    auto const before = out_.pending().size();
    try {
      if (!source_->read_now(out_.pending())) return source_->rests();
    } catch (...) {
      out_.pending().resize(before);
      return false;  // produce() meets it, and tells it
    }
    added(before, false);
  }
  return false;
}

task<void> open_stream::ready() {
  while (out_.next() == outbox::step::wait && !rests_) {
    out_.rest();
    auto& filled = waiting(co_await asio::this_coro::executor).filled;
    filled.expires_after(source_->keep_alive_interval());
    auto const [fault] = co_await filled.async_wait(asio::as_tuple(use_awaitable));
    if (!fault) keep_alive();
  }
  if (out_.next() == outbox::step::wait) waits_.reset(), out_.release();
}

std::array<asio::const_buffer, 3> open_stream::take() {
  auto const piece = out_.take();
  if (waits_) waits_->emptied.cancel();
  return piece;
}

void open_stream::cut_off(failure const& why) {
  std::string last_words;
  source_->append_failure(last_words, why);
  out_.cut_off_with(std::move(last_words));
  wake();
}

}  // namespace sambung::serving
