// decoded_payloads: what feeds hold, decoded once for all who follow them and not by each.
#pragma once

#include <sambung/services/events/events.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

namespace sambung {

// Thread safety: safe to use from any thread.
class SAMBUNG_API decoded_payloads {
 public:
  using payload = std::shared_ptr<std::string const>;

  // Null for what is no event. The last ones are kept, since their followers read them one right after the other.
  std::shared_ptr<desk_event const> event_of(payload const& bytes);

 private:
  static constexpr std::size_t kept = 8;

  struct entry {
    payload bytes;  // kept, so that no other one is where it was
    std::shared_ptr<desk_event const> event;
  };

  std::shared_ptr<desk_event const> kept_event(payload const& bytes) const;

  std::mutex mutex_;
  std::array<entry, kept> entries_;
  std::size_t next_ = 0;
};

}  // namespace sambung
