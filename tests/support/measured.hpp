// What was measured until now.
#pragma once

#include <sambung/telemetry/metrics.hpp>

#include <string_view>
#include <utility>
#include <vector>

namespace sambung::test {

// The value of the series with these labels, of a histogram how many values it was given; 0 when there is none. Labels
// that are not named may be anything: what they tell apart is added up.
inline double measured_value(metrics const& all, std::string_view name,
                             std::vector<std::pair<std::string_view, std::string_view>> const& labels = {}) {
  double value = 0;
  for (auto const& family : all.snapshot()) {
    if (family.what.name != name) continue;
    for (auto const& sample : family.samples) {
      bool meant = true;
      for (auto const& [label, wanted] : labels)
        for (std::size_t i = 0; i < sample.labels.size(); ++i)
          meant = meant && (family.what.labels[i] != label || sample.labels[i] == wanted);
      if (meant) value += family.kind == metric_kind::histogram ? static_cast<double>(sample.count) : sample.value;
    }
  }
  return value;
}

// How many series there are.
inline std::size_t measured_series(metrics const& all) {
  std::size_t count = 0;
  for (auto const& family : all.snapshot()) count += family.samples.size();
  return count;
}

}  // namespace sambung::test
