// socket_clock: when something has to happen on a WebSocket by itself, without a socket and without a clock of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sambung::serving {

struct socket_times {
  socket_times() = default;

  std::chrono::milliseconds sign_in{10'000};
  std::chrono::milliseconds ping{25'000};
  std::chrono::milliseconds silence{60'000};
  std::chrono::milliseconds write_stall{30'000};
  std::chrono::milliseconds message{30'000};
};

// Thread safety: none, but due() is safe to call from any thread.
class socket_clock {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  enum class event {
    none,
    drop,    // the client is gone, or does not read
    nobody,  // nobody has said who they are
    retire,  // the server ends
    ping,
  };

  socket_clock(socket_times times, time_point now);

  // A byte came; one was written, or can be again; a write goes on; nothing is to be written.
  void heard(time_point now) { heard_ = now; }
  void writing(time_point now);
  void wrote(time_point now);
  // While the client is not read from, it cannot be heard.
  void pausing() { paused_ = true; }
  void reading(time_point now);

  // A message has begun to come in; all of it is there.
  void receiving(time_point now);
  void received() { message_at_ = never; }

  void known() { nobody_at_ = never; }
  void retire_at(time_point when);
  // It is to end, and has so much time.
  void closing(time_point until);

  // Whether next() has something to say, as far as is known without asking.
  bool due(time_point now) const { return now.time_since_epoch().count() >= due_; }
  // What is to happen now, once for each ping and each retiring.
  event next(time_point now);

 private:
  static constexpr time_point never = time_point::max();

  time_point ping_at() const;
  void look_again();

  socket_times const times_;
  time_point heard_;
  time_point wrote_;
  time_point pinged_;
  time_point nobody_at_;
  time_point retire_at_ = never;
  time_point message_at_ = never;
  time_point stalled_at_ = never;
  time_point closed_at_ = never;
  bool paused_ = false;
  std::atomic<std::int64_t> due_;
};

}  // namespace sambung::serving
