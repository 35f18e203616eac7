// What a server works with where its options are silent.
#pragma once

#include "http/server/http_limits.hpp"

#include <sambung/server/options.hpp>
#include <sambung/telemetry/metrics.hpp>

namespace sambung::serving {

// With a clock, randomness, a limiter (counted when something is measured) and a threshold of the log.
server_options completed_options(server_options options, std::shared_ptr<metrics> const& measured);

// Those of them that the connection keeps to.
http_limits http_limits_of(server_limits const& from);

}  // namespace sambung::serving
