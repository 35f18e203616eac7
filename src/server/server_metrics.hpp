// server_metrics: what a server measures of its connections, its requests and its streams.
#pragma once

#include <sambung/telemetry/metrics.hpp>

#include "server/route.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::serving {

inline constexpr std::string_view request_duration = "http_server_request_duration_seconds";

// A stream that is open: counts its events, and itself until it goes. Lifetime: the metrics outlive it.
class stream_meter {
 public:
  stream_meter() = default;
  stream_meter(gauge open, histogram duration, counter events);
  ~stream_meter();
  stream_meter(stream_meter&& other) noexcept;  // which counts nothing any more
  stream_meter& operator=(stream_meter&&) = delete;

  counter events() const { return events_; }

 private:
  gauge open_;
  histogram duration_;
  counter events_;
  std::chrono::steady_clock::time_point since_;
};

// Thread safety: safe to use from any thread.
class server_metrics {
 public:
  // Null: nothing is measured, at the cost of a comparison.
  explicit server_metrics(std::shared_ptr<metrics> to);

  std::shared_ptr<metrics> const& all() const { return all_; }

  // An answer, or the beginning of a stream.
  void answered(route const& to, std::string_view method, int status, std::chrono::steady_clock::duration took) const;
  // A timer came so long after it was due.
  void late(std::chrono::steady_clock::duration by) const;
  // `carrier`: "sse" or "ws".
  stream_meter opened(route const& to, std::string_view carrier) const;

  gauge connections;
  gauge web_sockets;
  counter refused_of_address;  // its address has as many connections as it may
  counter refused_of_all;      // the server has

 private:
  std::shared_ptr<metrics> all_;
  metric_series<histogram> requests_;
  metric_series<histogram> stream_durations_;
  metric_series<counter> stream_events_;
  metric_series<gauge> streams_;
  histogram executor_delay_;
  std::vector<std::shared_ptr<void>> process_;
};

}  // namespace sambung::serving
