// events_state: who follows what happens, so that nobody waits for an engine that has gone.
#pragma once

#include <sambung/broker/broker.hpp>

#include "services/events/decoded_payloads.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

namespace sambung {

// Thread safety: safe to use from any thread.
class SAMBUNG_API events_state {
 public:
  static constexpr std::size_t max_per_user = 64;

  // Throws error: errc::rate_limited over max_per_user, errc::unavailable once it is closed.
  void enter(user_id who, std::shared_ptr<subscription> by);
  // Of one that entered.
  void leave(user_id who, std::shared_ptr<subscription> const& by) noexcept;

  // Ends all of them, and lets nobody in any more.
  void close() noexcept;

  decoded_payloads payloads;

 private:
  std::mutex mutex_;
  std::multimap<user_id, std::shared_ptr<subscription>> open_;
  bool closed_ = false;
};

}  // namespace sambung
