#include "server/server_metrics.hpp"

#include "server/process_metrics.hpp"
#include "server/route_name.hpp"

#include <sambung/version.hpp>

#include <utility>

namespace sambung::serving {
namespace {

double in_seconds(std::chrono::steady_clock::duration took) { return std::chrono::duration<double>(took).count(); }

// OpenTelemetry's advice for http.server.request.duration.
std::vector<double> const request_bounds{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10};
std::vector<double> const stream_bounds{0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600};
std::vector<double> const delay_bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};

metric_description request_durations() {
  std::vector<std::string> labels{"http_route", "http_request_method", "http_response_status_code"};
  return metric_description(std::string(request_duration),
                            "From a request's first byte to its answer, of streams to the first byte.",
                            std::move(labels), request_bounds)
      .with_quantiles();
}

}  // namespace

stream_meter::stream_meter(gauge open, histogram duration, counter events)
    : open_(open), duration_(duration), events_(events), since_(std::chrono::steady_clock::now()) {
  open_.add();
}

stream_meter::stream_meter(stream_meter&& other) noexcept
    : open_(std::exchange(other.open_, gauge())),
      duration_(std::exchange(other.duration_, histogram())),
      events_(std::exchange(other.events_, counter())),
      since_(other.since_) {}

stream_meter::~stream_meter() {
  open_.add(-1);
  if (duration_) duration_.observe(in_seconds(std::chrono::steady_clock::now() - since_));
}

server_metrics::server_metrics(std::shared_ptr<metrics> to) : all_(std::move(to)) {
  if (!all_) return;
  std::vector<std::string> const of_stream{"http_route", "carrier"};
  requests_ = all_->histograms(request_durations());
  stream_durations_ =
      all_->histograms({"sambung_stream_duration_seconds", "How long streams were open.", of_stream, stream_bounds});
  stream_events_ = all_->counters({"sambung_stream_events_total", "Events that streams were given.", of_stream});
  streams_ = all_->gauges({"sambung_streams_open", "Streams that are open.", of_stream});
  connections = all_->gauges({"sambung_connections", "Connections of clients."}).at({});
  web_sockets = all_->gauges({"sambung_websockets", "Connections of clients that speak WebSocket."}).at({});
  auto const refused =
      all_->counters({"sambung_connections_refused_total", "Connections for which there was no place.", {"reason"}});
  refused_of_address = refused.at({"address_full"});
  refused_of_all = refused.at({"server_full"});
  executor_delay_ =
      all_->histograms(
              {"sambung_executor_delay_seconds", "How late timers are: what waits for a thread.", {}, delay_bounds})
          .at({});
  all_->gauges({"sambung_build_info", "1, of the version that runs.", {"version"}}).at({library_version()}).set(1);
  process_ = watch_process(*all_);
}

void server_metrics::answered(route const& to, std::string_view method, int status,
                              std::chrono::steady_clock::duration took) const {
  if (!all_) return;
  requests_.at({route_name(to), method_name(method), std::to_string(status)}).observe(in_seconds(took));
}

void server_metrics::late(std::chrono::steady_clock::duration by) const {
  if (executor_delay_ && by.count() >= 0) executor_delay_.observe(in_seconds(by));
}

stream_meter server_metrics::opened(route const& to, std::string_view carrier) const {
  if (!all_) return stream_meter();
  auto const name = route_name(to);
  return stream_meter(streams_.at({name, carrier}), stream_durations_.at({name, carrier}),
                      stream_events_.at({name, carrier}));
}

}  // namespace sambung::serving
