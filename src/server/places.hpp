// places: so many at once for each of something: connections of an address, streams of a user, bytes of their answers.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace sambung::serving {

// Thread safety: safe to use from any thread. Lifetime: outlives what was taken of it.
template <class Key>
class places {
 public:
  explicit places(std::size_t each) : each_(each) {}

  std::size_t most() const { return each_; }

  // So many places until the returned goes; null when fewer are left: none is taken then.
  using place = std::shared_ptr<void>;
  place take(Key const& whose, std::size_t count = 1) {
    {
      std::lock_guard lock(mutex_);
      auto const found = taken_.find(whose);
      if (count > each_ - (found == taken_.end() ? 0 : found->second)) return nullptr;
      if (count > 0) taken_[whose] += count;
    }
    return place(this, [this, whose, count](void*) { give_back(whose, count); });
  }

 private:
  void give_back(Key const& whose, std::size_t count) {
    std::lock_guard lock(mutex_);
    auto const found = taken_.find(whose);
    if (count > 0 && (found->second -= count) == 0) taken_.erase(found);
  }

  std::size_t const each_;
  std::mutex mutex_;
  std::map<Key, std::size_t> taken_;
};

}  // namespace sambung::serving
