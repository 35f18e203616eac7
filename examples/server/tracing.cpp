#include "tracing.hpp"

#ifdef SAMBUNG_WITH_TELEMETRY
#include <sambung/telemetry/export/otlp.hpp>
#endif
#include <sambung/version.hpp>

namespace command_line {

#ifdef SAMBUNG_WITH_TELEMETRY
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

sambung::otlp_options collector_of(sambung::tracing_settings const& from, sambung::log_writer& log) {
  sambung::otlp_options to;
  to.endpoint = from.endpoint;
  to.headers = from.headers;
  to.resource = resource_of(from);
  to.interval = from.interval;
  to.gave_up = [&log](sambung::failure const& why, std::size_t spans) {
    log.event("spans_lost", std::to_string(spans) + ": " + why.message);
  };
  return to;
}

}  // namespace

trace_output traces_for(sambung::configuration const& config, boost::asio::any_io_executor executor,
                        sambung::log_writer& log, std::shared_ptr<sambung::metrics> measured) {
  if (config.tracing.endpoint.empty()) return {};
  auto to = collector_of(config.tracing, log);
  to.metrics = std::move(measured);
  auto const spans = std::make_shared<sambung::otlp_exporter>(std::move(executor), way_out(), std::move(to));
  sambung::tracer_options options;
  options.ratio = config.tracing.ratio;
  options.decision = config.tracing.decision;
  trace_output out;
  out.by = std::make_shared<sambung::tracer>(spans, std::move(options));
  out.send_the_last = [spans] { return spans->shutdown(last_wait); };
  return out;
}
#else
trace_output traces_for(sambung::configuration const& config, boost::asio::any_io_executor, sambung::log_writer&,
                        std::shared_ptr<sambung::metrics>) {
  if (config.tracing.endpoint.empty()) return {};
  throw sambung::error(sambung::errc::unsupported, "this server was built without sambung::telemetry: it cannot trace");
}
#endif

sambung::task<void> with_last_spans(sambung::task<void> serving, trace_output traces) {
  co_await std::move(serving);
  if (traces.send_the_last) co_await traces.send_the_last();
}

}  // namespace command_line
