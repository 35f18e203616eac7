// How long the proofs run: short unless the environment says otherwise. See tests/faults/README.md.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace sambung::tests {

inline std::uint64_t setting(char const* name, std::uint64_t otherwise) {
  auto const* found = std::getenv(name);
  return found ? std::strtoull(found, nullptr, 10) : otherwise;
}

// How long something may take that is promised within `time` on a machine that has nothing else to do: there the
// promises are judged by hand, with SAMBUNG_STRICT_TIMES=1; elsewhere a test only tells a promise from a hang.
template <class Duration>
Duration within(Duration time) {
  return setting("SAMBUNG_STRICT_TIMES", 0) != 0 ? time : time * 10;
}

}  // namespace sambung::tests
