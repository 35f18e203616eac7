// What a metric may be called.
#pragma once

#include <sambung/telemetry/metrics.hpp>

#include <string_view>

namespace sambung::detail {

// Throws error(errc::invalid_argument) for what Prometheus would refuse, or read as something else.
void check_metric(metric_kind kind, metric_description const& what);

// Whether a label may have it as it is: UTF-8, and not long.
bool is_label_value(std::string_view value);

}  // namespace sambung::detail
