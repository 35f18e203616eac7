// body_budget: what the bodies of all connections, those that come and those that go, may hold together.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sambung::serving {

// Thread safety: safe to use from any thread.
class body_budget {
 public:
  explicit body_budget(std::size_t limit) : limit_(limit) {}

  // False when that is more than there is: nothing is taken.
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes);

  std::size_t held() const { return held_; }
  // How many bytes were given back since the beginning.
  std::uint64_t given_back() const { return given_back_; }

 private:
  std::size_t const limit_;
  std::atomic<std::size_t> held_ = 0;
  std::atomic<std::uint64_t> given_back_ = 0;
};

// What one body holds of a budget, until it goes. Thread safety: none. Lifetime: the budget outlives it.
class body_share {
 public:
  explicit body_share(body_budget& of) : of_(&of) {}
  body_share(body_share const&) = delete;
  body_share& operator=(body_share const&) = delete;
  ~body_share() { release(); }

  // To so many bytes; fewer than it has change nothing. False when the budget is used up.
  bool grow_to(std::size_t bytes);
  void release();

 private:
  body_budget* of_;
  std::size_t held_ = 0;
};

}  // namespace sambung::serving
