#include "tracing.hpp"

#include <sambung/version.hpp>

namespace command_line {
namespace {

constexpr std::chrono::milliseconds last_wait{2'000};  // for the collector, at the end

sambung::otlp_resource resource_of(sambung::tracing_settings const& from) {
  auto all = from.resource;
  std::erase_if(all, [](auto const& one) { return one.first == "service.name"; });
  all.emplace_back("service.name", from.service);
  all.emplace_back("service.version", sambung::library_version());
  all.emplace_back("telemetry.sdk.name", "sambung");
  all.emplace_back("telemetry.sdk.language", "cpp");
  return all;
}

std::shared_ptr<sambung::transport> way_out() {
  sambung::http_transport_options options;
  options.max_connections = 1;
  options.proxy = sambung::proxies_from(sambung::process_environment()).value();
  return sambung::http_transport(std::move(options)).value();
}

}  // namespace

std::shared_ptr<sambung::otlp_exporter> exporter_for(sambung::configuration const& config,
                                                     boost::asio::any_io_executor executor, sambung::log_writer& log,
                                                     std::shared_ptr<sambung::metrics> measured) {
  auto const& from = config.tracing;
  if (from.endpoint.empty()) return nullptr;
  sambung::otlp_options to;
  to.endpoint = from.endpoint;
  to.headers = from.headers;
  to.resource = resource_of(from);
  to.interval = from.interval;
  to.metrics = std::move(measured);
  to.gave_up = [&log](sambung::failure const& why, std::size_t spans) {
    log.event("spans_lost", std::to_string(spans) + ": " + why.message);
  };
  return std::make_shared<sambung::otlp_exporter>(std::move(executor), way_out(), std::move(to));
}

std::shared_ptr<sambung::tracer> tracer_for(sambung::configuration const& config,
                                            std::shared_ptr<sambung::otlp_exporter> spans) {
  if (!spans) return nullptr;
  sambung::tracer_options options;
  options.ratio = config.tracing.ratio;
  options.decision = config.tracing.decision;
  return std::make_shared<sambung::tracer>(std::move(spans), std::move(options));
}

sambung::task<void> with_last_spans(sambung::task<void> serving, std::shared_ptr<sambung::otlp_exporter> spans) {
  co_await std::move(serving);
  if (spans) co_await spans->shutdown(last_wait);
}

}  // namespace command_line
