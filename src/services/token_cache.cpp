#include "services/token_cache.hpp"

namespace sambung {

std::optional<identity> token_cache::find(std::string const& hash, timestamp now) const {
  std::lock_guard lock(mutex_);
  auto const found = entries_.find(hash);
  if (found == entries_.end() || found->second.until <= now) return std::nullopt;
  return found->second.who;
}

void token_cache::keep(std::string hash, identity who, timestamp now) {
  std::lock_guard lock(mutex_);
  if (entries_.size() >= capacity) {
    std::erase_if(entries_, [&](auto const& item) { return item.second.until <= now; });
    if (entries_.size() >= capacity) entries_.clear();
  }
  entries_.insert_or_assign(std::move(hash), entry{who, now + lifetime});
}

}  // namespace sambung
