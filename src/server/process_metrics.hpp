// What the system says of this process, as Prometheus's own client libraries name it.
#pragma once

#include <sambung/telemetry/metrics.hpp>

#include <memory>
#include <vector>

namespace sambung::serving {

// For as long as what is returned lives.
std::vector<std::shared_ptr<void>> watch_process(metrics& to);

}  // namespace sambung::serving
