// eventually: what another thread is about to do.
#pragma once

#include <chrono>
#include <thread>

namespace sambung::test {

// Asks again and again, for as long as a slow machine may need; false when it has not happened then.
template <class Condition>
bool eventually(Condition condition) {
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace sambung::test
