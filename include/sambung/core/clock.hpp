// Clock and randomness: parameters, never globals, so that tests control them (testing/manual_clock.hpp).
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/task.hpp>
#include <sambung/core/time.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

namespace sambung {

// Thread safety: every function is safe to call from any thread.
class SAMBUNG_API clock {
 public:
  virtual ~clock() = default;

  // The wall clock, UTC milliseconds. May jump; use it for what is stored.
  virtual timestamp now() const = 0;

  // Completes on the caller's executor after `time` has passed. Cancellation ends it early by throwing
  // boost::system::system_error(operation_aborted).
  virtual task<void> sleep(std::chrono::milliseconds time) = 0;
};

// Bytes that nobody can predict.
// Thread safety: every function is safe to call from any thread.
class SAMBUNG_API random_source {
 public:
  virtual ~random_source() = default;
  virtual void fill(std::span<std::byte> out) = 0;
};

// The operating system's clock and a steady timer.
SAMBUNG_API std::shared_ptr<clock> system_clock();

// The operating system's generator (getrandom). Throws error(errc::internal) if it fails.
SAMBUNG_API std::shared_ptr<random_source> system_random();

}  // namespace sambung
