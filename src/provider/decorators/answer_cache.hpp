// answer_cache: values by key, the least recently used of which goes first. No I/O.
#pragma once

#include "provider/timed.hpp"

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace sambung {

struct cache_limits {
  std::size_t max_entries;
  std::size_t max_bytes;
  std::chrono::milliseconds time_to_live;
};

// Thread safety: safe to use from any thread.
template <class T>
class answer_cache {
 public:
  answer_cache(cache_limits limits, std::shared_ptr<clock> clock)
      : limits_(limits), clock_(std::move(clock)), watch_(clock_->now()) {}

  // Null when there is none, or none that is young enough.
  std::shared_ptr<T const> find(std::string const& key) {
    std::lock_guard const lock(mutex_);
    auto const found = places_.find(key);
    if (found == places_.end()) return nullptr;
    auto const place = found->second;
    if (place->dies <= watch_.passed(clock_->now())) return erase(place), nullptr;
    entries_.splice(entries_.begin(), entries_, place);
    return place->value;
  }

  // Replaces what is there under that key. False when it is larger than everything may be.
  bool store(std::string key, std::shared_ptr<T const> value, std::size_t bytes) {
    std::lock_guard const lock(mutex_);
    if (auto const found = places_.find(key); found != places_.end()) erase(found->second);
    if (bytes > limits_.max_bytes || limits_.max_entries == 0) return false;
    while (entries_.size() >= limits_.max_entries || bytes_ + bytes > limits_.max_bytes) erase(--entries_.end());
    auto const dies = watch_.passed(clock_->now()) + limits_.time_to_live;
    entries_.push_front(entry{key, std::move(value), bytes, dies});
    bytes_ += bytes;
    places_.emplace(std::move(key), entries_.begin());
    return true;
  }

 private:
  struct entry {
    std::string key;
    std::shared_ptr<T const> value;
    std::size_t bytes;
    std::chrono::milliseconds dies;
  };
  using place = typename std::list<entry>::iterator;

  void erase(place where) {
    bytes_ -= where->bytes;
    places_.erase(where->key);
    entries_.erase(where);
  }

  cache_limits limits_;
  std::shared_ptr<clock> clock_;
  std::mutex mutex_;
  stopwatch watch_;
  std::list<entry> entries_;  // the most recently used in front
  std::unordered_map<std::string, place> places_;
  std::size_t bytes_ = 0;
};

}  // namespace sambung
