// tracing: where what the server traces goes, as its configuration says.
#pragma once

#include <sambung/server/log_writer.hpp>
#include <sambung/server/setup/configuration.hpp>
#include <sambung/telemetry/export/otlp.hpp>

#include <memory>

namespace command_line {

// Null when nothing is traced. Throws sambung::error. The log outlives it.
std::shared_ptr<sambung::otlp_exporter> exporter_for(sambung::configuration const& config,
                                                     boost::asio::any_io_executor executor, sambung::log_writer& log,
                                                     std::shared_ptr<sambung::metrics> measured);

// Null without an exporter.
std::shared_ptr<sambung::tracer> tracer_for(sambung::configuration const& config,
                                            std::shared_ptr<sambung::otlp_exporter> spans);

// Does that, and then sends the last spans, for a moment.
sambung::task<void> with_last_spans(sambung::task<void> serving, std::shared_ptr<sambung::otlp_exporter> spans);

}  // namespace command_line
