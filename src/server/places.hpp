// places: so many at once for each of something: connections of an address, streams of a user.
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

  // A place until the returned goes; null when they are all taken.
  using place = std::shared_ptr<void>;
  place take(Key const& whose) {
    {
      std::lock_guard lock(mutex_);
      auto& taken = taken_[whose];
      if (taken >= each_) return nullptr;
      ++taken;
    }
    return place(this, [this, whose](void*) { give_back(whose); });
  }

 private:
  void give_back(Key const& whose) {
    std::lock_guard lock(mutex_);
    auto const found = taken_.find(whose);
    if (--found->second == 0) taken_.erase(found);
  }

  std::size_t const each_;
  std::mutex mutex_;
  std::map<Key, std::size_t> taken_;
};

}  // namespace sambung::serving
