// line_budget: how many lines of one kind go into a log in a second, and how many were left out.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/time.hpp>

#include <cstdint>
#include <mutex>
#include <optional>

namespace sambung {

// Thread safety: safe to use from any thread.
class SAMBUNG_API line_budget {
 public:
  explicit line_budget(std::uint32_t per_second = 10) : per_second_(per_second) {}

  // Before a line is made. Empty: it is left out; else how many were left out since that was told last.
  std::optional<std::uint64_t> take(timestamp now);

  // How many were left out in a second that has passed, told once: for whoever looks now and then, when no line follows
  // that could tell it.
  std::uint64_t take_left_out(timestamp now);

 private:
  bool is_over(timestamp now) const;

  std::uint32_t const per_second_;
  std::mutex mutex_;
  timestamp begun_{};
  std::uint32_t taken_ = 0;  // since then
  std::uint64_t left_out_ = 0;
};

}  // namespace sambung
