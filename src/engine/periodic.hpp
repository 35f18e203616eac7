// periodic: what an engine does by itself, again and again until it closes.
#pragma once

#include "services/base/engine_core.hpp"

#include <chrono>

namespace sambung {

// One round. What it fails with the observer is told, unless storage is away, which is told by itself: the next round
// tries again.
struct periodic_step {
  char const* name;
  task<void> (*take)(engine_core&);
};

void start_periodic(std::shared_ptr<engine_core> const& core, std::chrono::milliseconds interval, periodic_step step);
// The same, with the first round after `first`.
void start_periodic(std::shared_ptr<engine_core> const& core, std::chrono::milliseconds first,
                    std::chrono::milliseconds interval, periodic_step step);

}  // namespace sambung
