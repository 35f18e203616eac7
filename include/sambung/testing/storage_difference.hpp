// Runs the same random operations on two storages and compares what they answer. The conformance suite says what is
// right; this finds where a backend differs from the memory backend, the reference, in ways nobody thought of.
#pragma once

#include <sambung/storage/storage.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace sambung::testing {

struct difference_options {
  difference_options(std::uint64_t seed_, std::size_t operations_) : seed(seed_), operations(operations_) {}

  std::uint64_t seed;      // the same seed gives the same operations
  std::size_t operations;  // batches, reads and searches
};

// Both storages must be empty and not migrated. Compares rows, their order, receipts, error codes and which change of a
// batch failed. Empty when all agree; otherwise describes the first difference, with the seed.
task<std::optional<std::string>> storage_difference(storage& reference, storage& subject, difference_options options);

}  // namespace sambung::testing
