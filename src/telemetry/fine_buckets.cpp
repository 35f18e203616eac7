#include "telemetry/fine_buckets.hpp"

#include <sambung/telemetry/metrics.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sambung {
namespace detail {

std::size_t fine_index(double value) noexcept {
  if (!(value >= std::ldexp(1.0, fine_lowest_exponent))) return 0;
  int exponent = 0;
  double const half = std::frexp(value, &exponent);  // value = half * 2^exponent, half from 0.5
  int const octave = exponent - 1 - fine_lowest_exponent;
  if (octave >= fine_octaves) return fine_count - 1;
  auto const step = static_cast<std::size_t>((half - 0.5) * 2 * fine_steps);
  return 1 + static_cast<std::size_t>(octave) * fine_steps + std::min(step, fine_steps - 1);
}

double fine_begin(std::size_t index) noexcept {
  if (index == 0) return 0;
  auto const octave = static_cast<int>((index - 1) / fine_steps);
  auto const step = static_cast<double>((index - 1) % fine_steps);
  return std::ldexp(1.0 + step / fine_steps, fine_lowest_exponent + octave);
}

}  // namespace detail

std::optional<double> quantile(std::span<std::uint64_t const> fine, double share) {
  auto const total = std::accumulate(fine.begin(), fine.end(), std::uint64_t{0});
  if (total == 0) return std::nullopt;
  auto const wanted = std::clamp(share, 0.0, 1.0) * static_cast<double>(total);
  double below = 0;
  std::size_t index = 0;
  while (index + 1 < fine.size() && (fine[index] == 0 || below + static_cast<double>(fine[index]) < wanted))
    below += static_cast<double>(fine[index++]);
  auto const begin = detail::fine_begin(index);
  if (index + 1 >= detail::fine_count || fine[index] == 0) return begin;
  // As if the values of a bucket lay in it evenly.
  auto const within = (wanted - below) / static_cast<double>(fine[index]);
  return begin + (detail::fine_begin(index + 1) - begin) * std::clamp(within, 0.0, 1.0);
}

}  // namespace sambung
