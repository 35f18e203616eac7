// authority_cache: who presented a credential a moment ago, so that a busy client costs a hash and a look-up in memory.
#pragma once

#include <sambung/core/time.hpp>
#include <sambung/security/principal.hpp>

#include <array>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace sambung {

// A credential, of which only the SHA-256 is kept, and the tenant that was asked for with it.
class presented {
 public:
  presented(std::string_view credential, std::optional<tenant_id> wanted);

  std::size_t hash() const;
  friend bool operator==(presented const&, presented const&) = default;

 private:
  std::array<unsigned char, 32> digest_;
  std::optional<tenant_id> wanted_;
};

// What was found out about one.
struct known_authority {
  known_authority(identity who_, timestamp until_) : who(std::move(who_)), until(until_) {}

  identity who;
  timestamp until;  // not to be used from then on
};

// `generation` is revocations::generation(), noted before storage was asked: an answer of another generation is not
// used. Thread safety: safe to use from any thread.
class authority_cache {
 public:
  static constexpr std::size_t shards = 16;
  static constexpr std::size_t shard_capacity = 4'096;

  std::optional<identity> find(presented const& what, std::uint64_t generation, timestamp now) const;
  void keep(presented const& what, std::uint64_t generation, known_authority known, timestamp now);

 private:
  struct entry {
    std::uint64_t generation;
    known_authority known;
    bool holds(std::uint64_t now_generation, timestamp now) const {
      return generation == now_generation && now < known.until;
    }
  };
  struct hasher {
    std::size_t operator()(presented const& what) const { return what.hash(); }
  };
  struct shard {
    mutable std::mutex mutex;
    std::unordered_map<presented, entry, hasher> entries;
  };

  std::array<shard, shards> shards_;
};

}  // namespace sambung
