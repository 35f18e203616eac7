#include <sambung/core/id_generator.hpp>

namespace sambung {
namespace {

// rand_a (12 bits) and the first bits after the variant (14 bits) hold the counter that keeps ids increasing.
constexpr std::uint32_t counter_limit = 1U << 26;

}  // namespace

id_generator::id_generator(std::shared_ptr<clock> clock, std::shared_ptr<random_source> random)
    : clock_(std::move(clock)), random_(std::move(random)) {}

uuid id_generator::next() {
  std::array<std::byte, 10> noise;
  random_->fill(noise);
  auto const noise_at = [&](std::size_t i) { return static_cast<std::uint8_t>(noise[i]); };
  auto const now = static_cast<std::uint64_t>(clock_->now().time_since_epoch().count());

  std::uint64_t millisecond;
  std::uint32_t counter;
  {
    std::lock_guard lock(mutex_);
    if (now > millisecond_) {
      millisecond_ = now;
      counter_ = (std::uint32_t(noise_at(0)) << 16 | std::uint32_t(noise_at(1)) << 8 | noise_at(2));  // under 2^24
    } else if (++counter_ == counter_limit) {
      ++millisecond_;
      counter_ = 0;
    }
    millisecond = millisecond_;
    counter = counter_;
  }

  uuid id;
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(millisecond >> (40 - 8 * i));
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | counter >> 22);
  id.bytes[7] = static_cast<std::uint8_t>(counter >> 14);
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | (counter >> 8 & 0x3f));
  id.bytes[9] = static_cast<std::uint8_t>(counter);
  for (std::size_t i = 10; i < 16; ++i) id.bytes[i] = noise_at(i - 6);
  return id;
}

}  // namespace sambung
