// jitter: random times, so that those who failed together do not come back together.
#pragma once

#include <sambung/core/clock.hpp>

#include <chrono>

namespace sambung {

// From nothing to `most`, all equally likely.
std::chrono::milliseconds random_time(random_source& random, std::chrono::milliseconds most);

}  // namespace sambung
