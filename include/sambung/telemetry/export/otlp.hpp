// otlp: sends spans to a collector of OpenTelemetry's, by OTLP over HTTP, in JSON.
//
//   sambung::otlp_options to;
//   to.endpoint = "http://127.0.0.1:4318/v1/traces";
//   auto const spans = std::make_shared<sambung::otlp_exporter>(executor, transport, to);
//   engine_options.tracer = std::make_shared<sambung::tracer>(spans);
//   ...
//   co_await spans->shutdown(2s);
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/task.hpp>
#include <sambung/provider/transport.hpp>
#include <sambung/telemetry/metrics.hpp>
#include <sambung/telemetry/tracer.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sambung {

// What the spans of one process have in common: {"service.name", "sambung"}.
using otlp_resource = std::vector<std::pair<std::string, std::string>>;

struct otlp_options {
  otlp_options() = default;

  std::string endpoint = "http://localhost:4318/v1/traces";
  http_headers headers;  // such as what a collector knows us by
  otlp_resource resource{{"service.name", "sambung"}};

  // What waits for the collector. A span for which there is no room is dropped.
  std::size_t max_queued_spans = 2'048;
  std::size_t max_queued_bytes = 4 * 1'048'576;
  std::size_t max_batch_spans = 512;          // at least 1
  std::chrono::milliseconds interval{5'000};  // after which fewer are sent
  std::chrono::milliseconds timeout{10'000};  // of one request

  std::shared_ptr<sambung::clock> clock;      // none: system_clock(); for waits
  std::shared_ptr<random_source> random;      // none: system_random(); for waits
  std::shared_ptr<sambung::metrics> metrics;  // none: dropped() alone knows
  // Told of spans that the collector would not have, each time some were given up; it must not block. The failure says
  // nothing of them.
  std::function<void(failure const& why, std::size_t spans)> gave_up;
};

// Source: OTLP 1.x, "OTLP/HTTP", JSON Protobuf Encoding. What the collector cannot take now (429, 502, 503, 504, no
// connection) is sent again, up to five times, after the time that it names in Retry-After, at most 30 s; what it
// refuses is dropped. Meanwhile others wait: a collector that is away costs spans, which
// sambung_telemetry_dropped_total{signal="traces"} counts, and nothing else.
//
// Thread safety: safe to use from any thread. Lifetime: while nothing waits it leaves nothing on the executor; what
// waits when it is destroyed is sent as far as the executor still runs. The executor's context outlives its tracer.
class SAMBUNG_API otlp_exporter final : public span_exporter {
 public:
  // Throws error(errc::invalid_argument) without a transport and for limits of nothing.
  otlp_exporter(boost::asio::any_io_executor executor, std::shared_ptr<transport> over,
                otlp_options options = otlp_options());
  ~otlp_exporter() override;

  void add(ended_span span) noexcept override;

  // Sends what waits, once, and drops what could not be sent within that time, and all that comes later.
  task<void> shutdown(std::chrono::milliseconds within);

  // How many spans nobody got until now.
  std::uint64_t dropped() const;

 private:
  class state;
  std::shared_ptr<state> state_;
};

}  // namespace sambung
