// Buckets fine enough for quantiles: eight to each doubling, from 2^-16 to 2^9 of whatever is measured, and one for
// what is below and for what is above.
#pragma once

#include <cstddef>

namespace sambung::detail {

inline constexpr int fine_lowest_exponent = -16;
inline constexpr int fine_octaves = 25;
inline constexpr std::size_t fine_steps = 8;
inline constexpr std::size_t fine_count = fine_octaves * fine_steps + 2;

// The bucket of a finite value.
std::size_t fine_index(double value) noexcept;
// Where a bucket begins: the end of the one before it.
double fine_begin(std::size_t index) noexcept;

}  // namespace sambung::detail
