// storage_metrics: the instruments of what only a backend sees of its calls: how long they wait, and how many commit
// together.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::detail {

// How many calls wait somewhere, for `role`: "reader", "writer", "primary", "replica". Called by any thread.
struct waiting_place {
  std::string_view role;
  std::function<std::size_t()> waiting;
};

// Thread safety: safe to use from any thread.
class SAMBUNG_API storage_metrics {
 public:
  storage_metrics(std::shared_ptr<metrics> in, std::string_view backend);

  histogram waits(std::string_view role) const { return waits_.at({backend_, role}); }
  histogram group_sizes() const { return group_sizes_; }

  // Whoever asks is told how many wait there, as long as what is returned is kept.
  std::shared_ptr<void> watch(std::vector<waiting_place> places) const;
  // How far each replica is behind, in seconds, as far as is known, one of them behind the other.
  using lags = std::vector<std::optional<double>>;
  std::shared_ptr<void> watch_lag(std::function<lags()> ask_them) const;

 private:
  std::shared_ptr<metrics> in_;  // outlives the instruments
  std::string backend_;
  metric_series<histogram> waits_;
  histogram group_sizes_;
};

// What tells `of` how long each call has waited.
SAMBUNG_API std::function<void(std::chrono::steady_clock::duration)> wait_listener(
    std::shared_ptr<storage_metrics const> of, std::string_view role);

}  // namespace sambung::detail
