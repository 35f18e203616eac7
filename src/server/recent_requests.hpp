// recent_requests: how long the requests of the last minutes took, by endpoint, of what is counted since the start.
#pragma once

#include <sambung/core/time.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sambung::serving {

// What one route was asked by one method, whatever came of it.
struct endpoint_totals {
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;         // 5xx
  std::vector<std::uint64_t> fine;  // for quantile()
};

// By route and method.
using endpoint_name = std::pair<std::string, std::string>;
using endpoint_table = std::map<endpoint_name, std::shared_ptr<endpoint_totals const>>;

// Everything since the start.
endpoint_table endpoints_of(metrics const& measured);

// Keeps what there was at times half a minute apart; of an endpoint that nobody asked meanwhile it is the same object.
// So many endpoints there are as routes times methods, 1.6 KiB each, twelve times at most. Thread safety: none.
class recent_requests {
 public:
  static constexpr std::chrono::milliseconds window{300'000};
  static constexpr std::chrono::milliseconds step{30'000};

  // To be told now and then, more often than each half a minute.
  void look(metrics const& measured, timestamp now);

  // Since when: five minutes ago and up to a step more, or since it was first told.
  timestamp since() const { return kept_.front().at; }
  // What of `all` was counted since then; nothing of what it does not know.
  endpoint_totals recent(endpoint_name const& which, endpoint_totals const& all) const;

 private:
  struct kept {
    timestamp at;
    endpoint_table all;
  };

  std::deque<kept> kept_;  // never empty once it was told
};

}  // namespace sambung::serving
