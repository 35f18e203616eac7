#include "process.hpp"

#include <pthread.h>

#include <atomic>

namespace sambung::python {
namespace {

std::atomic<std::uint64_t> count{0};

}  // namespace

std::uint64_t forks() noexcept {
  static int const watched = ::pthread_atfork(nullptr, nullptr, [] { count.fetch_add(1, std::memory_order_relaxed); });
  static_cast<void>(watched);
  return count.load(std::memory_order_relaxed);
}

}  // namespace sambung::python
