// process: what a fork does to whatever has threads. A child has none of them, and locks that they held stay locked:
// what the parent made is refused there, and neither joined, freed nor closed.
#pragma once

#include <cstdint>
#include <utility>

namespace sambung::python {

// Counts the forks that this process came by. Thread safety: an atomic.
std::uint64_t forks() noexcept;

// A value that only the process which made it destroys.
template <class T>
class kept {
 public:
  explicit kept(T value) : value_(new T(std::move(value))), made_in_(forks()) {}
  kept(kept&& other) noexcept : value_(std::exchange(other.value_, nullptr)), made_in_(other.made_in_) {}
  kept& operator=(kept&&) = delete;
  ~kept() {
    if (made_in_ == forks()) delete value_;
  }

  bool foreign() const { return made_in_ != forks(); }
  T& operator*() const { return *value_; }
  T* operator->() const { return value_; }

 private:
  T* value_;
  std::uint64_t made_in_;
};

}  // namespace sambung::python
