// What a function throws.
#pragma once

#include <sambung/core/error.hpp>

#include <functional>
#include <optional>

namespace sambung::tests {

// What the error says that `f` throws; empty when it throws none.
inline std::optional<failure> failure_thrown_by(std::function<void()> const& f) {
  try {
    f();
  } catch (error const& e) {
    return e.why();
  }
  return std::nullopt;
}
inline std::optional<errc> code_thrown_by(std::function<void()> const& f) {
  auto const why = failure_thrown_by(f);
  return why ? std::optional(why->code) : std::nullopt;
}

}  // namespace sambung::tests
