#include "services/auth/authority_cache.hpp"

#include "core/sha256.hpp"

#include <cstring>

namespace sambung {

presented::presented(std::string_view credential, std::optional<tenant_id> wanted)
    : digest_(sha256(credential)), wanted_(wanted) {}

// The digest is as good as random, and who presents a credential that is known has not chosen it.
std::size_t presented::hash() const {
  std::size_t part;
  std::memcpy(&part, digest_.data(), sizeof part);
  return wanted_ ? part ^ std::hash<tenant_id>()(*wanted_) : part;
}

std::optional<identity> authority_cache::find(presented const& what, std::uint64_t generation, timestamp now) const {
  auto const& home = shards_[what.hash() % shards];
  std::lock_guard lock(home.mutex);
  auto const found = home.entries.find(what);
  if (found == home.entries.end() || !found->second.holds(generation, now)) return std::nullopt;
  return found->second.known.who;
}

void authority_cache::keep(presented const& what, std::uint64_t generation, known_authority known, timestamp now) {
  if (known.until <= now) return;
  auto& home = shards_[what.hash() % shards];
  std::lock_guard lock(home.mutex);
  if (home.entries.size() >= shard_capacity) {
    std::erase_if(home.entries, [&](auto const& item) { return !item.second.holds(generation, now); });
    if (home.entries.size() >= shard_capacity) home.entries.clear();
  }
  home.entries.insert_or_assign(what, entry{generation, std::move(known)});
}

}  // namespace sambung
