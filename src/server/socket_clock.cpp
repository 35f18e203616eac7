#include "server/socket_clock.hpp"

#include <algorithm>

namespace sambung::serving {

socket_clock::socket_clock(socket_times times, time_point now)
    : times_(times), heard_(now), wrote_(now), pinged_(now), nobody_at_(now + times.sign_in), due_(0) {
  look_again();
}

void socket_clock::writing(time_point now) {
  stalled_at_ = now + times_.write_stall;
  due_ = std::min(due_.load(), stalled_at_.time_since_epoch().count());
}

void socket_clock::wrote(time_point now) {
  wrote_ = now;
  stalled_at_ = never;
}

void socket_clock::reading(time_point now) {
  if (paused_) heard_ = now;
  paused_ = false;
}

void socket_clock::receiving(time_point now) {
  message_at_ = now + times_.message;
  look_again();
}

void socket_clock::retire_at(time_point when) {
  retire_at_ = when;
  look_again();
}

void socket_clock::closing(time_point until) {
  closed_at_ = until;
  look_again();
}

// Of silence in either direction: what stands between may watch one alone.
socket_clock::time_point socket_clock::ping_at() const {
  return std::max(std::min(heard_, wrote_), pinged_) + times_.ping;
}

// What was heard or written meanwhile moves these on: then it is asked once too early.
void socket_clock::look_again() {
  auto const silent_at = paused_ ? never : heard_ + times_.silence;
  due_ = std::min({message_at_, stalled_at_, closed_at_, silent_at, nobody_at_, retire_at_, ping_at()})
             .time_since_epoch()
             .count();
}

socket_clock::event socket_clock::next(time_point now) {
  auto happens = event::none;
  bool const silent = !paused_ && now >= heard_ + times_.silence;
  if (now >= message_at_ || now >= stalled_at_ || now >= closed_at_ || silent) {
    happens = event::drop;
  } else if (closed_at_ != never) {
    pinged_ = now;
  } else if (now >= nobody_at_) {
    nobody_at_ = never;
    happens = event::nobody;
  } else if (now >= retire_at_) {
    retire_at_ = never;
    happens = event::retire;
  } else if (now >= ping_at()) {
    pinged_ = now;
    happens = event::ping;
  }
  if (closed_at_ != never) nobody_at_ = retire_at_ = never;
  look_again();
  return happens;
}

}  // namespace sambung::serving
