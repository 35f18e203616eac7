#include "server/recent_requests.hpp"

#include "server/server_metrics.hpp"

#include <algorithm>

namespace sambung::serving {
namespace {

void add(endpoint_totals& to, metric_sample const& sample) {
  to.requests += sample.count;
  if (sample.labels[2].starts_with('5')) to.failed += sample.count;
  to.fine.resize(std::max(to.fine.size(), sample.fine.size()));
  for (std::size_t i = 0; i < sample.fine.size(); ++i) to.fine[i] += sample.fine[i];
}

void share_unchanged(endpoint_table& now, endpoint_table const& before) {
  for (auto& [name, totals] : now) {
    auto const known = before.find(name);
    if (known != before.end() && known->second->requests == totals->requests) totals = known->second;
  }
}

}  // namespace

endpoint_table endpoints_of(metrics const& measured) {
  auto const requests = measured.find(request_duration);
  std::map<endpoint_name, endpoint_totals> sums;
  if (requests)
    for (auto const& sample : requests->samples) add(sums[{sample.labels[0], sample.labels[1]}], sample);
  endpoint_table all;
  for (auto& [name, totals] : sums) all.emplace(name, std::make_shared<endpoint_totals const>(std::move(totals)));
  return all;
}

// A clock that goes back begins it anew.
void recent_requests::look(metrics const& measured, timestamp now) {
  if (!kept_.empty() && now < kept_.back().at) kept_.clear();
  if (!kept_.empty() && now - kept_.back().at < step) return;
  kept next{now, endpoints_of(measured)};
  if (!kept_.empty()) share_unchanged(next.all, kept_.back().all);
  kept_.push_back(std::move(next));
  while (kept_.size() > 1 && now - kept_[1].at >= window) kept_.pop_front();
}

// Counts rise one by one while others are read: none goes below nothing.
endpoint_totals recent_requests::recent(endpoint_name const& which, endpoint_totals const& all) const {
  auto out = all;
  auto const& before = kept_.front().all;
  auto const known = before.find(which);
  if (known == before.end()) return out;
  auto const less = [](std::uint64_t& from, std::uint64_t by) { from -= std::min(from, by); };
  less(out.requests, known->second->requests);
  less(out.failed, known->second->failed);
  for (std::size_t i = 0; i < std::min(out.fine.size(), known->second->fine.size()); ++i)
    less(out.fine[i], known->second->fine[i]);
  return out;
}

}  // namespace sambung::serving
