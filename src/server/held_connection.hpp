// held_connection: what a server watches over, whatever its client speaks.
#pragma once

#include <chrono>
#include <cstdint>

namespace sambung::serving {

// Thread safety: safe to call from any thread.
class held_connection {
 public:
  virtual ~held_connection() = default;

  // Looks whether a time limit ran out, whether the caller of something open was asked about since the last of
  // `revocations` or, when `look_for_peer`, whether the client has gone.
  virtual void sweep(std::chrono::steady_clock::time_point now, std::uint64_t revocations, bool look_for_peer) = 0;

  // The server takes no more calls: what is idle ends now, and what is not has until `until`.
  virtual void post_drain(std::chrono::steady_clock::time_point until) = 0;

  // Ends now.
  virtual void post_drop() = 0;
};

}  // namespace sambung::serving
