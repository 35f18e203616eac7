// passing_failure: what goes away by itself, in a story that is told to its end.
#pragma once

#include <sambung/core/error.hpp>

#include <chrono>

namespace sambung::tests {

inline constexpr std::chrono::milliseconds pause_between_tries{2};

// A call that fails so may succeed when it is repeated.
inline bool may_pass(errc code) { return code == errc::unavailable || code == errc::conflict; }

}  // namespace sambung::tests
