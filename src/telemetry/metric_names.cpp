#include "telemetry/metric_names.hpp"

#include "core/storable.hpp"

#include <sambung/core/error.hpp>

#include <algorithm>
#include <cmath>

namespace sambung::detail {
namespace {

constexpr std::size_t max_name_bytes = 128;
constexpr std::size_t max_labels = 8;
constexpr std::size_t max_bounds = 64;

bool is_metric_word(std::string_view name) {
  auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto const inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= max_name_bytes && letter(name.front()) && std::ranges::all_of(name, inner);
}

// "le" and "quantile" are Prometheus's own, and so is what begins with two underscores.
bool is_label_word(std::string_view name) {
  return is_metric_word(name) && name != "le" && name != "quantile" && !name.starts_with("__");
}

bool are_labels(std::vector<std::string> labels) {
  std::ranges::sort(labels);
  return labels.size() <= max_labels && std::ranges::all_of(labels, is_label_word) &&
         std::ranges::adjacent_find(labels) == labels.end();
}

bool are_bounds(std::vector<double> const& bounds) {
  return bounds.size() <= max_bounds && std::ranges::all_of(bounds, [](double one) { return std::isfinite(one); }) &&
         std::ranges::adjacent_find(bounds, std::greater_equal()) == bounds.end();
}

}  // namespace

void check_metric(metric_kind kind, metric_description const& what) {
  if (!is_metric_word(what.name)) throw error(errc::invalid_argument, "this is no name of a metric");
  if (!are_labels(what.labels)) throw error(errc::invalid_argument, "these are no labels: those of " + what.name);
  if (!are_bounds(what.bounds)) throw error(errc::invalid_argument, "these bounds do not rise: those of " + what.name);
  if (kind != metric_kind::histogram && (!what.bounds.empty() || what.quantiles))
    throw error(errc::invalid_argument, "only a histogram has buckets: not " + what.name);
}

bool is_label_value(std::string_view value) {
  if (value.size() > max_name_bytes) return false;
  std::string storable(value);
  make_storable(storable);
  return storable == value;
}

}  // namespace sambung::detail
