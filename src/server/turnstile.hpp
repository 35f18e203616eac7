// turnstile: lets so many of something run at once; the others wait their turn.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace sambung::serving {

// Thread safety: safe to use from any thread.
class turnstile {
 public:
  explicit turnstile(std::size_t at_once) : free_(at_once) {}

  // Calls `start` now or, by whoever leaves, later. What it starts leaves when it is done. It must not throw, and
  // should only post.
  void enter(std::function<void()> start);
  void leave();

 private:
  std::mutex mutex_;
  std::size_t free_;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace sambung::serving
