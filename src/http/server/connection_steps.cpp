#include "http/server/connection_steps.hpp"

#include <algorithm>

namespace sambung::serving {

void connection_steps::enter(phase next, time_point until) {
  deadline_ = until.time_since_epoch().count();
  phase_ = next;
}

void connection_steps::enter(phase next) {
  deadline_ = INT64_MAX;
  phase_ = next;
}

void connection_steps::opened(time_point now) { enter(phase::header, now + limits_->header_time); }

connection_steps::step connection_steps::begin_request(time_point now) {
  has_head_ = false;
  keep_alive_ = false;
  begun_ = now;
  return look_for_head();
}

connection_steps::step connection_steps::look_for_head() {
  switch (reader_.find_head()) {
    case request_reader::step::read:
      return step::read;
    case request_reader::step::refused:
      return step::refuse;
    case request_reader::step::done:
      break;
  }
  has_head_ = true;
  keep_alive_ = reader_.head().keep_alive;
  enter(phase::answering);
  return step::admit;
}

connection_steps::step connection_steps::look_for_body() {
  switch (reader_.find_body()) {
    case request_reader::step::read:
      return step::read;
    case request_reader::step::refused:
      keep_alive_ = false;
      return step::refuse;
    case request_reader::step::done:
      break;
  }
  enter(phase::answering);
  return step::answer;
}

connection_steps::step connection_steps::received(std::size_t count, time_point now) {
  if (phase_ == phase::idle) enter(phase::header, now + limits_->header_time);
  if (!has_head_ && reader_.empty()) begun_ = now;
  reader_.received(count);
  return has_head_ ? look_for_body() : look_for_head();
}

// Between two requests a client may go. Within a body it has nothing to be told.
connection_steps::step connection_steps::ended() { return has_head_ ? step::drop : step::close; }

connection_steps::step connection_steps::admitted(time_point now) {
  if (reader_.read_ahead()) {
    enter(phase::answering);
    return step::answer;
  }
  enter(phase::body, now + body_time());
  return reader_.head().expects_continue ? step::send_continue : look_for_body();
}

// A body that may be larger than others has as much more time.
std::chrono::milliseconds connection_steps::body_time() const {
  auto const bodies = reader_.head().content_length.value_or(0) / std::max<std::size_t>(limits_->max_body_bytes, 1);
  return limits_->body_time * static_cast<std::int64_t>(1 + bodies);
}

connection_steps::step connection_steps::turned_away(server state) {
  reader_.read_ahead();
  return answered(state);
}

connection_steps::step connection_steps::continue_sent() { return look_for_body(); }

connection_steps::step connection_steps::answered(server state) {
  unread_ = !reader_.complete();
  if (unread_ || state == server::draining) keep_alive_ = false;
  return step::respond;
}

connection_steps::step connection_steps::responded(server state, time_point now) {
  reader_.finish();
  if (state == server::draining) keep_alive_ = false;
  if (!keep_alive_) return step::close;
  enter(phase::idle, now + limits_->idle_time);
  return step::next_request;
}

void connection_steps::writing(time_point now) { enter(phase::writing, now + limits_->write_stall); }

void connection_steps::waiting() { enter(phase::answering); }

void connection_steps::finish_within(std::chrono::milliseconds time, time_point now) { enter(phase_, now + time); }

void connection_steps::lingering(std::chrono::milliseconds time, time_point now) { enter(phase::closing, now + time); }

void connection_steps::dropped() { deadline_ = INT64_MAX; }

}  // namespace sambung::serving
