// log_level: how much somebody should look at a line, and from where on lines are written: which changes while they
// are.
//
//   auto const threshold = std::make_shared<sambung::log_threshold>();
//   sambung::log_writer log(STDERR_FILENO, max_bytes, nullptr, threshold);
//   server_options.threshold = threshold;
//   threshold->set(sambung::log_level::warn);
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>

#include <atomic>
#include <string_view>

namespace sambung {

enum class log_level {
  error,  // something is broken
  warn,   // something may be
  info,   // what is done
  debug
};
SAMBUNG_DESCRIBE_ENUM(log_level, error, warn, info, debug)

// Thread safety: safe to use from any thread.
class SAMBUNG_API log_threshold {
 public:
  explicit log_threshold(log_level most = log_level::info) : most_(most) {}

  void set(log_level most) { most_.store(most, std::memory_order_relaxed); }
  // By its name, "warn". errc::invalid_argument for what is none; it stays as it was then.
  result<void> set(std::string_view name);
  log_level level() const { return most_.load(std::memory_order_relaxed); }
  // Whether a line of that level is written.
  bool lets(log_level of) const { return of <= level(); }

 private:
  std::atomic<log_level> most_;
};

}  // namespace sambung
