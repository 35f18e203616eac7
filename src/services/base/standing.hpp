// standing: whether somebody whom the application vouches for may act now. Their tenant has a row and is active, and
// neither they nor their place in it is suspended. A user of the application's own directory needs no row.
#pragma once

#include <sambung/core/id.hpp>
#include <sambung/core/task.hpp>
#include <sambung/core/time.hpp>

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <unordered_set>

namespace sambung {

class engine_core;

// Whom to ask about: a user, and the tenant they act in.
struct actor {
  explicit actor(user_id user_) : user(user_) {}
  actor(std::optional<tenant_id> tenant_, user_id user_) : user(user_), tenant(tenant_) {}

  user_id user;
  std::optional<tenant_id> tenant;
  friend bool operator==(actor const&, actor const&) = default;
};

// Good answers are remembered until something is revoked, here or on another engine, and for `remembered` at most.
// Thread safety: safe to use from any thread. Lifetime: `core` outlives it.
class standings {
 public:
  standings(engine_core& core, std::chrono::milliseconds remembered) : core_(core), remembered_(remembered) {}

  // Throws error: errc::not_found without a row of the tenant, errc::permission_denied for what is suspended or being
  // erased.
  task<void> demand(actor who);

  // Whether it was found good a moment ago.
  bool knows(actor const& who) const;

 private:
  static constexpr std::size_t shards = 16;
  static constexpr std::size_t shard_capacity = 4'096;

  struct hasher {
    std::size_t operator()(actor const& who) const;
  };
  struct shard {
    mutable std::mutex mutex;
    std::uint64_t generation = 0;
    timestamp until;
    std::unordered_set<actor, hasher> good;
  };

  void keep(actor const& who, std::uint64_t generation);
  shard const& home_of(actor const& who) const { return shards_[hasher()(who) % shards]; }

  engine_core& core_;
  std::chrono::milliseconds const remembered_;
  std::array<shard, shards> shards_;
};

}  // namespace sambung
