// metrics: what an engine and a server count and measure. Instruments are made once, at start; observing is a relaxed
// atomic, without a look-up or an allocation.
//
//   auto const measured = std::make_shared<sambung::metrics>();
//   engine_options.metrics = measured;
//   server_options.metrics = measured;
//   std::cout << sambung::prometheus_text(*measured);  // sambung::telemetry
#pragma once

#include <sambung/core/export.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

enum class metric_kind { counter, gauge, histogram };

// A family of series that differ in the values of their labels.
struct metric_description {
  metric_description(std::string name_, std::string help_, std::vector<std::string> labels_ = {},
                     std::vector<double> bounds_ = {})
      : name(std::move(name_)), help(std::move(help_)), labels(std::move(labels_)), bounds(std::move(bounds_)) {}

  std::string name;  // as Prometheus writes it, with its unit: "sambung_turn_duration_seconds"
  std::string help;  // one sentence
  std::vector<std::string> labels;
  std::vector<double> bounds;  // of a histogram's buckets, upper and inclusive, rising; +Inf is added
};

namespace detail {
struct metric_cell;  // a counter or a gauge
struct histogram_cells;
class metric_family;
}  // namespace detail

// The instruments: cheap to copy. One that was made empty observes nothing: whoever has no metrics pays a comparison.
// Thread safety: safe to use from any thread. Lifetime: the metrics outlive them.
class SAMBUNG_API counter {
 public:
  counter() = default;
  void add(std::uint64_t n = 1) const noexcept;

 private:
  friend class metrics;
  explicit counter(detail::metric_cell& cell) : cell_(&cell) {}
  detail::metric_cell* cell_ = nullptr;
};

class SAMBUNG_API gauge {
 public:
  gauge() = default;
  void add(std::int64_t n = 1) const noexcept;
  void set(std::int64_t to) const noexcept;

 private:
  friend class metrics;
  explicit gauge(detail::metric_cell& cell) : cell_(&cell) {}
  detail::metric_cell* cell_ = nullptr;
};

class SAMBUNG_API histogram {
 public:
  histogram() = default;
  // In the unit of its name.
  void observe(double value) const noexcept;
  explicit operator bool() const { return cells_ != nullptr; }

 private:
  friend class metrics;
  explicit histogram(detail::histogram_cells& cells) : cells_(&cells) {}
  detail::histogram_cells* cells_ = nullptr;
};

// Series of one family by the values of their labels, as they are met: for labels whose set is closed, but not known at
// start. Past the bound of all series a new set counts as "other" in each label. Costs a look-up.
template <class Instrument>
class metric_series {
 public:
  metric_series() = default;
  Instrument at(std::span<std::string_view const> values) const;
  Instrument at(std::initializer_list<std::string_view> values) const {
    return at(std::span<std::string_view const>(values.begin(), values.size()));
  }

 private:
  friend class metrics;
  metric_series(class metrics& in, detail::metric_family& family) : in_(&in), family_(&family) {}
  class metrics* in_ = nullptr;
  detail::metric_family* family_ = nullptr;
};

// What was counted until now, of one series.
struct metric_sample {
  std::vector<std::string> labels;     // values, in the order of the description
  double value = 0;                    // of a counter or a gauge
  std::uint64_t count = 0;             // of a histogram
  double sum = 0;                      //
  std::vector<std::uint64_t> buckets;  // its counts, one more than bounds; not added up
};

struct metric_snapshot {
  metric_snapshot(metric_kind kind_, metric_description what_) : kind(kind_), what(std::move(what_)) {}

  metric_kind kind;
  metric_description what;
  std::vector<metric_sample> samples;
};

// Thread safety: safe to use from any thread.
class SAMBUNG_API metrics {
 public:
  static constexpr std::size_t default_max_series = 20'000;

  explicit metrics(std::size_t max_series = default_max_series);
  ~metrics();
  metrics(metrics const&) = delete;
  metrics& operator=(metrics const&) = delete;

  // A family; the same one again for a name that is there. Throws error(errc::invalid_argument) for a name or a label
  // that Prometheus would refuse, and for one that is there as something else.
  metric_series<counter> counters(metric_description what);
  metric_series<gauge> gauges(metric_description what);
  metric_series<histogram> histograms(metric_description what);

  // A gauge, or counters, that somebody else keeps: asked at each snapshot, by its thread; it must not block. Asked no more
  // once what is returned has gone.
  using ask = std::function<void(std::vector<metric_sample>& out)>;
  [[nodiscard]] std::shared_ptr<void> watch(metric_kind kind, metric_description what, ask by);

  // Families by name, series in the order in which they were met.
  std::vector<metric_snapshot> snapshot() const;

 private:
  template <class Instrument>
  friend class metric_series;
  detail::metric_cell& cell(detail::metric_family& of, std::span<std::string_view const> values);
  detail::histogram_cells& cells(detail::metric_family& of, std::span<std::string_view const> values);

  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace sambung
