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
    std::unique_lock lock(mutex_);
    auto found = taken_.find(whose);
    if (count > each_ - (found == taken_.end() ? 0 : found->second)) return nullptr;
    if (count == 0) return place(this, [](void*) {});
    if (found == taken_.end()) found = taken_.emplace(whose, 0).first;
    found->second += count;
    lock.unlock();
    return place(this, [this, found, count](void*) { give_back(found, count); });
  }

 private:
  using taken_places = std::map<Key, std::size_t>;

  void give_back(typename taken_places::iterator whose, std::size_t count) {
    std::lock_guard lock(mutex_);
    if ((whose->second -= count) == 0) taken_.erase(whose);
  }

  std::size_t const each_;
  std::mutex mutex_;
  taken_places taken_;
};

}  // namespace sambung::serving
