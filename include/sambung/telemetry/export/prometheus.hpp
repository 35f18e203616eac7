// prometheus: metrics as Prometheus reads them.
//
//   server_options.metrics_text = [measured] { return sambung::prometheus_text(*measured); };
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <string>

namespace sambung {

// The text exposition format 0.0.4: "text/plain; version=0.0.4". Thread safety: safe to call from any thread; it asks
// whoever watches (metrics::watch()).
SAMBUNG_API std::string prometheus_text(metrics const& from);

}  // namespace sambung
