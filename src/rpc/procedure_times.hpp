// procedure_times: how long the procedures of a registry take, and how they end.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/rpc/procedure.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <unordered_map>

namespace sambung {

// Thread safety: adding is for one thread before the first observation. Lifetime: the procedures outlive it.
class procedure_times {
 public:
  explicit procedure_times(std::shared_ptr<metrics> in);

  void add(procedure const& one);
  // Of one that was added. None: it went well.
  void observe(procedure const& which, procedure_carrier over, std::optional<errc> how,
               std::chrono::steady_clock::duration took);

 private:
  static constexpr std::size_t carriers = 3;
  // Behind the codes comes that it went well. Each is made when it is first needed.
  using outcomes = std::array<std::atomic<histogram>, static_cast<std::size_t>(errc::internal) + 2>;
  using of_procedure = std::array<outcomes, carriers>;

  std::shared_ptr<metrics> in_;
  metric_series<histogram> family_;
  std::unordered_map<procedure const*, std::unique_ptr<of_procedure>> made_;
};

// One call, from here to its end. Without times nothing is measured.
class procedure_stopwatch {
 public:
  procedure_stopwatch(procedure_times* times, procedure const& which, procedure_carrier over)
      : times_(times), which_(which), over_(over) {}

  void ended(std::optional<errc> how) const {
    if (times_) times_->observe(which_, over_, how, std::chrono::steady_clock::now() - begun_);
  }

 private:
  procedure_times* times_;
  procedure const& which_;
  procedure_carrier over_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace sambung
