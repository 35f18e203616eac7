// What GET /admin/status tells: JSON for people and scripts without Prometheus.
#pragma once

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
  std::chrono::seconds uptime{0};
  std::size_t connections = 0;
  bool draining = false;
};

// {"version", "instance", "uptimeSeconds", "draining", "connections", "endpoints": [{"route", "method", "requests",
// "failed", "p50Ms", "p95Ms", "p99Ms"}], "gauges": {...}}: quantiles since the start, and every gauge there is, so that
// turns, queues and pools are told by whoever measures them. Without metrics the last two are empty.
std::string encode_status(admin_facts const& facts, metrics const* measured);

}  // namespace sambung::serving
