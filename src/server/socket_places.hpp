// socket_places: how many WebSockets there are, and may be, of each user and each address.
#pragma once

#include "server/places.hpp"

#include <sambung/core/id.hpp>

#include <atomic>
#include <cstdint>
#include <string>

namespace sambung::serving {

// Thread safety: safe to use from any thread. Lifetime: outlives what was taken of it.
class socket_places {
 public:
  socket_places(std::size_t of_user, std::size_t of_address) : users_(of_user), addresses_(of_address) {}

  // Null when they are all taken.
  places<user_id>::place of_user(user_id const& who) { return users_.take(who); }
  places<std::string>::place of_address(std::string const& name) { return addresses_.take(name); }

  // For whoever counts.
  void opened() { ++open_; }
  void closed() { --open_; }
  void refused() { ++refused_; }
  std::uint64_t open() const { return open_; }
  std::uint64_t refused_ever() const { return refused_; }

 private:
  places<user_id> users_;
  places<std::string> addresses_;
  std::atomic<std::uint64_t> open_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
};

}  // namespace sambung::serving
