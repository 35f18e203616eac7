#include <sambung/telemetry/metrics.hpp>

#include "telemetry/metric_family.hpp"
#include "telemetry/metric_names.hpp"

#include <sambung/core/error.hpp>

#include <algorithm>
#include <bit>
#include <map>
#include <mutex>
#include <set>

namespace sambung {
namespace {

bool is_same_metric(metric_description const& a, metric_description const& b) {
  return a.labels == b.labels && a.bounds == b.bounds && a.quantiles == b.quantiles;
}

failure other_metric(std::string const& name) {
  return failure(errc::invalid_argument, "there is another metric of this name: " + name);
}

// Somebody who is asked. Whoever ends the watching waits for a question that is under way.
class watcher {
 public:
  watcher(metric_kind kind_, metric_description what_, metrics::ask by)
      : kind(kind_), what(std::move(what_)), by_(std::move(by)) {}

  metric_kind const kind;
  metric_description const what;

  std::vector<metric_sample> samples() {
    std::vector<metric_sample> out;
    std::lock_guard lock(mutex_);
    if (by_) by_(out);
    return out;
  }
  void forget() {
    std::lock_guard lock(mutex_);
    by_ = nullptr;
  }

 private:
  std::mutex mutex_;
  metrics::ask by_;
};

// Those of its samples whose series nobody has told, of the most there may be.
void add_watched(metric_snapshot& to, std::vector<metric_sample> samples, std::size_t& left) {
  std::set<std::vector<std::string>> told;
  for (auto const& one : to.samples) told.insert(one.labels);
  for (auto& one : samples) {
    if (left == 0) return;
    if (one.labels.size() != to.what.labels.size()) continue;
    for (auto& value : one.labels)
      if (!detail::is_label_value(value)) value = "other";
    if (!told.insert(one.labels).second) continue;
    to.samples.push_back(std::move(one));
    --left;
  }
}

}  // namespace

struct metrics::state {
  explicit state(std::size_t max_series) : max_watched(max_series), budget(max_series) {}

  // For who watches under this name. The lock is held.
  void check_watched(metric_kind kind, metric_description const& what) const {
    for (auto const& one : watchers)
      if (one->what.name == what.name && (one->kind != kind || !is_same_metric(one->what, what)))
        throw error(other_metric(what.name));
  }

  std::size_t const max_watched;
  detail::series_budget budget;
  mutable std::mutex mutex;  // of what follows; families stay where they are
  std::map<std::string, detail::metric_family, std::less<>> families;
  std::vector<std::shared_ptr<watcher>> watchers;
};

metrics::metrics(std::size_t max_series) : state_(std::make_shared<state>(max_series)) {}
metrics::~metrics() = default;

void counter::add(std::uint64_t n) const noexcept {
  if (cell_) cell_->value.fetch_add(n, std::memory_order_relaxed);
}

void gauge::add(std::int64_t n) const noexcept {
  if (cell_) cell_->value.fetch_add(std::bit_cast<std::uint64_t>(n), std::memory_order_relaxed);
}

void gauge::set(std::int64_t to) const noexcept {
  if (cell_) cell_->value.store(std::bit_cast<std::uint64_t>(to), std::memory_order_relaxed);
}

void histogram::observe(double value) const noexcept {
  if (cells_) cells_->observe(value);
}

detail::metric_cell& metrics::cell(detail::metric_family& of, std::span<std::string_view const> values) {
  return of.cell(values);
}

detail::histogram_cells& metrics::cells(detail::metric_family& of, std::span<std::string_view const> values) {
  return of.cells(values);
}

detail::metric_family& metrics::family(metric_kind kind, metric_description what) {
  detail::check_metric(kind, what);
  std::lock_guard lock(state_->mutex);
  auto const is_watched = [&](auto const& one) { return one->what.name == what.name; };
  if (std::ranges::any_of(state_->watchers, is_watched)) throw error(other_metric(what.name));
  auto const known = state_->families.find(what.name);
  if (known == state_->families.end()) {
    auto const name = what.name;
    return state_->families.try_emplace(name, kind, std::move(what), state_->budget).first->second;
  }
  auto& family = known->second;
  if (family.kind() != kind || !is_same_metric(family.what(), what)) throw error(other_metric(what.name));
  return family;
}

metric_series<counter> metrics::counters(metric_description what) {
  return metric_series<counter>(*this, family(metric_kind::counter, std::move(what)));
}

metric_series<gauge> metrics::gauges(metric_description what) {
  return metric_series<gauge>(*this, family(metric_kind::gauge, std::move(what)));
}

metric_series<histogram> metrics::histograms(metric_description what) {
  return metric_series<histogram>(*this, family(metric_kind::histogram, std::move(what)));
}

std::shared_ptr<void> metrics::watch(metric_kind kind, metric_description what, ask by) {
  detail::check_metric(kind, what);
  if (kind == metric_kind::histogram) throw error(errc::invalid_argument, "a histogram is observed, not watched");
  auto const one = std::make_shared<watcher>(kind, std::move(what), std::move(by));
  std::lock_guard lock(state_->mutex);
  if (state_->families.contains(one->what.name)) throw error(other_metric(one->what.name));
  state_->check_watched(kind, one->what);
  state_->watchers.push_back(one);
  return std::shared_ptr<void>(nullptr, [one, of = std::weak_ptr(state_)](void*) {
    if (auto const here = of.lock()) {
      std::lock_guard held(here->mutex);
      std::erase(here->watchers, one);
    }
    one->forget();
  });
}

std::vector<metric_snapshot> metrics::snapshot() const {
  std::map<std::string, metric_snapshot, std::less<>> taken;
  std::vector<std::shared_ptr<watcher>> watchers;
  {
    std::lock_guard lock(state_->mutex);
    watchers = state_->watchers;
    for (auto const& [name, family] : state_->families)
      taken.emplace(name, family.snapshot(detail::metric_family::detail_level::buckets));
  }
  auto left = state_->max_watched;
  for (auto const& one : watchers) {
    auto& of = taken.try_emplace(one->what.name, one->kind, one->what).first->second;
    add_watched(of, one->samples(), left);
  }
  std::vector<metric_snapshot> all;
  for (auto& [name, one] : taken) all.push_back(std::move(one));
  return all;
}

std::optional<metric_snapshot> metrics::find(std::string_view name) const {
  std::lock_guard lock(state_->mutex);
  auto const known = state_->families.find(name);
  if (known == state_->families.end()) return std::nullopt;
  return known->second.snapshot(detail::metric_family::detail_level::fine);
}

}  // namespace sambung
