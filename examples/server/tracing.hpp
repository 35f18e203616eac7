// tracing: where what the server traces goes, as its configuration says.
#pragma once

#include <sambung/server/log_writer.hpp>
#include <sambung/server/setup/configuration.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>

namespace command_line {

struct trace_output {
  trace_output() = default;
  std::shared_ptr<sambung::tracer> by;                 // null: nothing is traced
  std::function<sambung::task<void>()> send_the_last;  // for a moment; empty: there is nothing to send
};

// Throws sambung::error: of errc::unsupported where something is to be traced by a server that was built without
// sambung::telemetry. The log outlives it.
trace_output traces_for(sambung::configuration const& config, boost::asio::any_io_executor executor,
                        sambung::log_writer& log, std::shared_ptr<sambung::metrics> measured);

// Serves, then sends the last spans.
sambung::task<void> with_last_spans(sambung::task<void> serving, trace_output traces);

}  // namespace command_line
