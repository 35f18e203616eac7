#include "telemetry/metric_family.hpp"

#include "telemetry/metric_names.hpp"

#include <sambung/core/error.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>

namespace sambung::detail {

histogram_cells::histogram_cells(metric_description const& what)
    : bounds(what.bounds),
      counts(std::make_unique<std::atomic<std::uint64_t>[]>(what.bounds.size() + 1)),
      fine(what.quantiles ? std::make_unique<fine_cells>() : nullptr) {}

void histogram_cells::observe(double value) noexcept {
  if (!std::isfinite(value)) return;
  auto const bucket = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
  counts[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum.fetch_add(value, std::memory_order_relaxed);
  if (fine) (*fine)[fine_index(value)].fetch_add(1, std::memory_order_relaxed);
}

template <class Values>
std::size_t metric_family::values_hash::operator()(Values const& values) const noexcept {
  std::size_t all = values.size();
  for (std::string_view const one : values) all = all * 31 + std::hash<std::string_view>()(one);
  return all;
}

template <class A, class B>
bool metric_family::values_equal::operator()(A const& a, B const& b) const noexcept {
  return std::ranges::equal(a, b, [](std::string_view one, std::string_view other) { return one == other; });
}

metric_family::one_series* metric_family::find_series(std::span<std::string_view const> values) {
  auto const found = by_values_.find(values);
  return found == by_values_.end() ? nullptr : found->second;
}

// One more than the budget allows is the "other" of its family.
metric_family::one_series& metric_family::series_of(std::span<std::string_view const> values) {
  if (values.size() != what_.labels.size())
    throw error(errc::invalid_argument, "these are not the labels of " + what_.name);
  {
    std::shared_lock lock(mutex_);
    if (auto* const known = find_series(values)) return *known;
  }
  static constexpr std::string_view other = "other";
  label_values kept;
  for (auto const one : values) kept.emplace_back(is_label_value(one) ? one : other);
  std::unique_lock lock(mutex_);
  if (auto const found = by_values_.find(kept); found != by_values_.end()) return *found->second;
  if (budget_->take()) return add_series(std::move(kept));
  std::ranges::fill(kept, other);
  auto const found = by_values_.find(kept);
  return found == by_values_.end() ? add_series(std::move(kept)) : *found->second;
}

metric_family::one_series& metric_family::add_series(label_values values) {
  one_series made;
  if (kind_ == metric_kind::histogram) made.cells = std::make_unique<histogram_cells>(what_);
  else made.cell = std::make_unique<metric_cell>();
  auto& one = series_.emplace_back(std::move(made));
  one.values = &by_values_.emplace(std::move(values), &one).first->first;
  return one;
}

metric_sample metric_family::sample_of(one_series const& one, detail_level how) const {
  metric_sample sample;
  sample.labels = *one.values;
  if (kind_ != metric_kind::histogram) {
    auto const bits = one.cell->value.load(std::memory_order_relaxed);
    sample.value = kind_ == metric_kind::gauge ? static_cast<double>(std::bit_cast<std::int64_t>(bits))
                                               : static_cast<double>(bits);
    return sample;
  }
  for (std::size_t i = 0; i <= what_.bounds.size(); ++i) {
    sample.buckets.push_back(one.cells->counts[i].load(std::memory_order_relaxed));
    sample.count += sample.buckets.back();
  }
  sample.sum = one.cells->sum.load(std::memory_order_relaxed);
  if (how == detail_level::fine && one.cells->fine)
    for (auto const& cell : *one.cells->fine) sample.fine.push_back(cell.load(std::memory_order_relaxed));
  return sample;
}

metric_snapshot metric_family::snapshot(detail_level how) const {
  metric_snapshot taken(kind_, what_);
  std::shared_lock lock(mutex_);
  taken.samples.reserve(series_.size());
  for (auto const& one : series_) taken.samples.push_back(sample_of(one, how));
  return taken;
}

}  // namespace sambung::detail
