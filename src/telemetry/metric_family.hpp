// metric_family: the series of one metric, by the values of their labels, and their cells.
#pragma once

#include "telemetry/fine_buckets.hpp"

#include <sambung/telemetry/metrics.hpp>

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <shared_mutex>
#include <unordered_map>

namespace sambung::detail {

// A counter, or the bits of a gauge.
struct metric_cell {
  std::atomic<std::uint64_t> value{0};
};

using fine_cells = std::array<std::atomic<std::uint64_t>, fine_count>;

struct histogram_cells {
  explicit histogram_cells(metric_description const& what);

  void observe(double value) noexcept;

  std::vector<double> const& bounds;  // of its family
  std::unique_ptr<std::atomic<std::uint64_t>[]> const counts;
  std::atomic<double> sum{0};
  std::unique_ptr<fine_cells> const fine;  // null: nobody asks for quantiles
};

// How many series there may be, of all families together.
class series_budget {
 public:
  explicit series_budget(std::size_t most) : left_(static_cast<std::int64_t>(most)) {}
  bool take() noexcept {
    if (left_.fetch_sub(1, std::memory_order_relaxed) > 0) return true;
    left_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }

 private:
  std::atomic<std::int64_t> left_;
};

// Thread safety: safe to use from any thread. Lifetime: the budget outlives it; cells stay where they are.
class metric_family {
 public:
  metric_family(metric_kind kind, metric_description what, series_budget& budget)
      : kind_(kind), what_(std::move(what)), budget_(&budget) {}

  metric_kind kind() const { return kind_; }
  metric_description const& what() const { return what_; }

  metric_cell& cell(std::span<std::string_view const> values) { return *series_of(values).cell; }
  histogram_cells& cells(std::span<std::string_view const> values) { return *series_of(values).cells; }

  enum class detail_level { buckets, fine };
  metric_snapshot snapshot(detail_level how) const;

 private:
  using label_values = std::vector<std::string>;
  struct values_hash {
    using is_transparent = void;
    template <class Values>
    std::size_t operator()(Values const& values) const noexcept;
  };
  struct values_equal {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(A const& a, B const& b) const noexcept;
  };
  struct one_series {
    label_values const* values = nullptr;
    std::unique_ptr<metric_cell> cell;
    std::unique_ptr<histogram_cells> cells;
  };

  one_series& series_of(std::span<std::string_view const> values);
  one_series* find_series(std::span<std::string_view const> values);
  one_series& add_series(label_values values);
  metric_sample sample_of(one_series const& one, detail_level how) const;

  metric_kind const kind_;
  metric_description const what_;
  series_budget* budget_;

  mutable std::shared_mutex mutex_;  // of what follows, but for what is in the cells
  std::deque<one_series> series_;    // as they were met
  std::unordered_map<label_values, one_series*, values_hash, values_equal> by_values_;
};

}  // namespace sambung::detail
