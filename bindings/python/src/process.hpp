// process: what a fork does to whatever has threads. A child has none of them, and locks that they held stay locked:
// what the parent made is refused there, and neither joined, freed nor closed.
#pragma once

#include <cstdint>

namespace sambung::python {

// Counts the forks that this process came by. Thread safety: an atomic.
std::uint64_t forks() noexcept;

}  // namespace sambung::python
