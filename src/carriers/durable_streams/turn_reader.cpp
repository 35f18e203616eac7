#include "carriers/durable_streams/turn_reader.hpp"

#include <sambung/core/deadline.hpp>
#include <sambung/core/json_writing.hpp>

#include <algorithm>

namespace sambung::durable_streams {

bool turn_reader::has_more() const { return !closed_ && (tail_.ended || from_.last_event() < tail_.last_event); }

void turn_reader::add(std::string& messages, std::optional<turn_event> const& event) {
  closed_ = !event || std::holds_alternative<turn_finished>(*event);
  if (!event) return;
  // Only an answer that has ended is replayed.
  if (std::holds_alternative<turn_snapshot>(*event)) in_replay_ = tail_.ended = true;
  if (!messages.empty()) messages += ',';
  json_writer writer;
  append_json(messages, *event, writer);
  tail_.last_event = std::max(tail_.last_event, from_.last_event());
}

task<void> turn_reader::gather(std::string& messages, std::size_t enough) {
  while (has_more() && messages.size() < enough) co_await read_on(messages);
  cut_ = has_more();
}

task<void> turn_reader::read_on(std::string& messages) {
  auto const event = co_await from_.next();
  add(messages, event);
}

task<bool> turn_reader::follow(std::string& messages, std::size_t enough, std::chrono::milliseconds patience) {
  auto event = from_.ready();
  if (!event) {
    auto waiting = within(from_.next(), patience);
    auto came = co_await as_result(std::move(waiting));
    if (!came && came.error().code == errc::deadline_exceeded) co_return false;
    event = std::move(came).value();
  }
  add(messages, event);
  cut_ = false;
  while (!closed_ && !cut_) {
    cut_ = messages.size() >= enough;
    if (cut_) continue;
    event = from_.ready();
    if (!event) break;
    add(messages, event);
  }
  co_return true;
}

task<void> turn_reader::look() {
  auto const now = co_await from_.tail();
  tail_ = now;
}

stream_position turn_reader::position() const {
  stream_position at;
  at.next = from_.last_event();
  at.is_at_tail = closed_ || !(cut_ || in_replay_);
  at.is_closed = closed_;
  return at;
}

stream_position turn_reader::end() const {
  stream_position at;
  at.next = tail_.last_event;
  at.is_at_tail = at.is_closed = true;
  return at;
}

}  // namespace sambung::durable_streams
