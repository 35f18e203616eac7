#include "provider/decorators/jitter.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace sambung {

std::chrono::milliseconds random_time(random_source& random, std::chrono::milliseconds most) {
  if (most.count() <= 0) return std::chrono::milliseconds(0);
  std::array<std::byte, sizeof(std::uint64_t)> bytes{};
  random.fill(bytes);
  auto const drawn = std::bit_cast<std::uint64_t>(bytes);
  return std::chrono::milliseconds(drawn % (static_cast<std::uint64_t>(most.count()) + 1));
}

}  // namespace sambung
