// What GET /admin/status tells: JSON for people and scripts without Prometheus.
#pragma once

#include "server/recent_requests.hpp"

#include <sambung/core/id.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace sambung::serving {

struct admin_facts {
  admin_facts() = default;

  std::string_view version;
  uuid instance;
  timestamp now;
  std::chrono::seconds uptime{0};
  std::size_t connections = 0;
  bool draining = false;
};

// {"version", "instance", "uptimeSeconds", "draining", "connections", "recentSeconds", "endpoints": [{"route",
// "method", "requests", "failed", "recentRequests", "p50Ms", "p95Ms", "p99Ms"}], "gauges": {...}}: requests and those
// that failed since the start; how many came in the last five minutes, or since the start, and their quantiles, 0 of
// none; and every gauge there is, so that turns, queues and pools are told by whoever measures them. Without metrics
// the last two are empty. `recent` has been told of `measured`.
std::string encode_status(admin_facts const& facts, metrics const* measured, recent_requests const& recent);

}  // namespace sambung::serving
