// metrics: what an engine and a server count and measure. Instruments are made once, at start; observing is a relaxed
// atomic, without a look-up or an allocation.
//
//   auto const measured = std::make_shared<sambung::metrics>();
//   engine_options.metrics = measured;  // its server measures there too
//   std::cout << sambung::prometheus_text(*measured);  // sambung::telemetry
#pragma once

#include <sambung/core/export.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sambung {

enum class metric_kind { counter, gauge, histogram };

class metrics;
template <class Instrument>
class metric_series;

// A family of series that differ in the values of their labels.
struct metric_description {
  metric_description(std::string name_, std::string help_, std::vector<std::string> labels_ = {},
                     std::vector<double> bounds_ = {})
      : name(std::move(name_)), help(std::move(help_)), labels(std::move(labels_)), bounds(std::move(bounds_)) {}

  // The same, of which quantiles can be told in process: 1.6 KiB more for each series of a histogram.
  metric_description with_quantiles() && {
    quantiles = true;
    return std::move(*this);
  }

  std::string name;  // as Prometheus writes it, with its unit: "sambung_turn_duration_seconds"
  std::string help;  // one sentence
  std::vector<std::string> labels;
  std::vector<double> bounds;  // of a histogram's buckets, upper and inclusive, rising; +Inf is added
  bool quantiles = false;      // of a histogram: see metrics::find()
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
  template <class Instrument>
  friend class metric_series;
  explicit counter(detail::metric_cell& cell) : cell_(&cell) {}
  detail::metric_cell* cell_ = nullptr;
};

class SAMBUNG_API gauge {
 public:
  gauge() = default;
  void add(std::int64_t n = 1) const noexcept;
  void set(std::int64_t to) const noexcept;

 private:
  template <class Instrument>
  friend class metric_series;
  explicit gauge(detail::metric_cell& cell) : cell_(&cell) {}
  detail::metric_cell* cell_ = nullptr;
};

class SAMBUNG_API histogram {
 public:
  histogram() = default;
  // In the unit of its name. What is no finite number is left out.
  void observe(double value) const noexcept;
  explicit operator bool() const { return cells_ != nullptr; }

 private:
  template <class Instrument>
  friend class metric_series;
  explicit histogram(detail::histogram_cells& cells) : cells_(&cells) {}
  detail::histogram_cells* cells_ = nullptr;
};

// Series of one family by the values of their labels, as they are met: for labels whose set is closed, but not known at
// start. Past the bound of all series a new set counts as "other" in each label, and so does a value that is not UTF-8
// or has more than 128 bytes. Costs a look-up; it throws error(errc::invalid_argument) for more values than labels, or
// fewer. One that was made empty gives instruments that observe nothing. Thread safety: safe to use from any thread.
// Lifetime: the metrics outlive it.
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
  metric_series(metrics& in, detail::metric_family& family) : in_(&in), family_(&family) {}
  metrics* in_ = nullptr;
  detail::metric_family* family_ = nullptr;
};

// What was counted until now, of one series.
struct metric_sample {
  std::vector<std::string> labels;     // values, in the order of the description
  double value = 0;                    // of a counter or a gauge
  std::uint64_t count = 0;             // of a histogram
  double sum = 0;                      //
  std::vector<std::uint64_t> buckets;  // its counts, one more than bounds; not added up
  std::vector<std::uint64_t> fine;     // finer ones, for quantile(); empty but from metrics::find()
};

// What `share` (0 to 1) of the values that were counted in metric_sample::fine are at most, within an eighth of it, for
// values from 15 microseconds to 8 minutes. Counts of several series may be added up before. None without any.
SAMBUNG_API std::optional<double> quantile(std::span<std::uint64_t const> fine, double share);

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

  // What is counted begins at nothing.
  explicit metrics(std::size_t max_series = default_max_series);
  ~metrics();
  metrics(metrics const&) = delete;
  metrics& operator=(metrics const&) = delete;

  // A family; the same one again for a name that is there. Throws error(errc::invalid_argument) for a name or a label
  // that Prometheus would refuse, for bounds that do not rise, and for a name that is there as something else.
  metric_series<counter> counters(metric_description what);
  metric_series<gauge> gauges(metric_description what);
  metric_series<histogram> histograms(metric_description what);

  // A gauge, or counters, that somebody else keeps: asked at each snapshot, by its thread; it must not block. Of series
  // that several watch the first counts. Asked no more once what is returned has gone, which may outlive this; it must
  // not go while it is asked, by the asked. Throws as counters() does.
  using ask = std::function<void(std::vector<metric_sample>& out)>;
  [[nodiscard]] std::shared_ptr<void> watch(metric_kind kind, metric_description what, ask by);

  // Families by name, series in the order in which they were met. A family without series is there too.
  std::vector<metric_snapshot> snapshot() const;
  // One family of instruments, with metric_sample::fine where its description asks for that; none of that name.
  std::optional<metric_snapshot> find(std::string_view name) const;

 private:
  template <class Instrument>
  friend class metric_series;
  detail::metric_cell& cell(detail::metric_family& of, std::span<std::string_view const> values);
  detail::histogram_cells& cells(detail::metric_family& of, std::span<std::string_view const> values);
  detail::metric_family& family(metric_kind kind, metric_description what);

  struct state;
  std::shared_ptr<state> state_;
};

template <class Instrument>
Instrument metric_series<Instrument>::at(std::span<std::string_view const> values) const {
  if (!family_) return Instrument();
  if constexpr (std::is_same_v<Instrument, histogram>) return Instrument(in_->cells(*family_, values));
  else return Instrument(in_->cell(*family_, values));
}

}  // namespace sambung
