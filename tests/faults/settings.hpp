// How long the proofs run: short unless the environment says otherwise. See README.md beside this file.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace sambung::tests {

inline std::uint64_t setting(char const* name, std::uint64_t otherwise) {
  auto const* found = std::getenv(name);
  return found ? std::strtoull(found, nullptr, 10) : otherwise;
}

}  // namespace sambung::tests
