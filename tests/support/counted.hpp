// What metrics have counted, and the spans that were exported: for tests to look at.
#pragma once

#include <sambung/telemetry/metrics.hpp>
#include <sambung/telemetry/tracer.hpp>

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sambung::tests {

using label_values = std::vector<std::string>;

// The series of a family; none: nobody has met it.
inline std::vector<metric_sample> samples_of(metrics const& in, std::string_view family) {
  for (auto& one : in.snapshot())
    if (one.what.name == family) return std::move(one.samples);
  return {};
}

inline std::optional<metric_sample> sample_of(metrics const& in, std::string_view family, label_values const& labels) {
  auto all = samples_of(in, family);
  auto const found = std::ranges::find(all, labels, &metric_sample::labels);
  return found == all.end() ? std::nullopt : std::optional(std::move(*found));
}

// Of a counter or a gauge; 0 when there is no such series.
inline double counted(metrics const& in, std::string_view family, label_values const& labels = {}) {
  auto const one = sample_of(in, family, labels);
  return one ? one->value : 0;
}

// How often a histogram was told something.
inline std::uint64_t observed(metrics const& in, std::string_view family, label_values const& labels) {
  auto const one = sample_of(in, family, labels);
  return one ? one->count : 0;
}

// Keeps what ends.
class kept_spans final : public span_exporter {
 public:
  void add(ended_span span) noexcept override {
    std::lock_guard const lock(mutex_);
    all_.push_back(std::move(span));
  }

  std::vector<ended_span> all() const {
    std::lock_guard const lock(mutex_);
    return all_;
  }
  std::vector<ended_span> named(std::string_view name) const {
    auto some = all();
    std::erase_if(some, [&](ended_span const& one) { return one.name != name; });
    return some;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<ended_span> all_;
};

// The text of an attribute; empty when it has none.
inline std::string text_of_attribute(ended_span const& in, std::string_view name) {
  for (auto const& [key, value] : in.attributes)
    if (key == name)
      if (auto const* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

}  // namespace sambung::tests
