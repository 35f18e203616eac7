#include "storage/storage_metrics.hpp"

namespace sambung::detail {

storage_metrics::storage_metrics(std::shared_ptr<metrics> in, std::string_view backend)
    : in_(std::move(in)),
      backend_(backend),
      waits_(in_->histograms({"sambung_storage_pool_wait_seconds",
                              "How long calls wait in the backend before they are worked on.",
                              {"backend", "role"},
                              {0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5}})),
      group_sizes_(in_->histograms({"sambung_group_commit_size",
                                    "Batches that were committed together.",
                                    {"backend"},
                                    {1, 2, 4, 8, 16, 32, 64, 128, 256}})
                       .at({backend_})) {}

std::shared_ptr<void> storage_metrics::watch(std::vector<waiting_place> places) const {
  auto ask = [backend = backend_, places = std::move(places)](std::vector<metric_sample>& out) {
    for (auto const& one : places) {
      metric_sample made;
      made.labels = {backend, std::string(one.role)};
      made.value = static_cast<double>(one.waiting());
      out.push_back(std::move(made));
    }
  };
  return in_->watch(metric_kind::gauge,
                    {"sambung_storage_queue", "Calls that wait in the backend.", {"backend", "role"}}, std::move(ask));
}

std::shared_ptr<void> storage_metrics::watch_lag(std::function<lags()> ask_them) const {
  auto ask = [backend = backend_, ask_them = std::move(ask_them)](std::vector<metric_sample>& out) {
    std::size_t number = 0;
    for (auto const& lag : ask_them()) {
      ++number;
      if (!lag) continue;
      metric_sample made;
      made.labels = {backend, std::to_string(number)};
      made.value = *lag;
      out.push_back(std::move(made));
    }
  };
  return in_->watch(metric_kind::gauge,
                    {"sambung_replica_lag_seconds", "How far a replica is behind.", {"backend", "replica"}},
                    std::move(ask));
}

std::function<void(std::chrono::steady_clock::duration)> wait_listener(std::shared_ptr<storage_metrics const> of,
                                                                       std::string_view role) {
  auto const waits = of->waits(role);
  return [of = std::move(of), waits](std::chrono::steady_clock::duration waited) {
    waits.observe(std::chrono::duration<double>(waited).count());
  };
}

}  // namespace sambung::detail
