#include "operators.hpp"

#ifdef SAMBUNG_WITH_TELEMETRY
#include <sambung/telemetry/export/prometheus.hpp>
#endif

#include <csignal>
#include <iostream>
#include <tuple>

namespace command_line {
namespace {

// With the port that it has come to.
std::string admin_url(std::string const& address, std::uint16_t port) {
  if (port == 0) return address;
  return "http://" + address.substr(0, address.rfind(':')) + ':' + std::to_string(port);
}

}  // namespace

std::shared_ptr<sambung::metrics> metrics_for(sambung::configuration const& config) {
  return config.measured ? std::make_shared<sambung::metrics>() : nullptr;
}

void allow_operators(sambung::server_options& options, std::shared_ptr<sambung::metrics> measured) {
#ifdef SAMBUNG_WITH_TELEMETRY
  if (measured) options.metrics_text = [measured] { return sambung::prometheus_text(*measured); };
#else
  std::ignore = measured;
#endif
  options.drain = [] { std::raise(SIGTERM); };
  if (options.threshold)
    options.set_log_level = [at = options.threshold](std::string_view level) { return at->set(level); };
}

void listen_for_operators(sambung::server& server, sambung::configuration const& config, sambung::log_writer& log) {
  auto const& address = config.admin_address;
  if (address == "off") return;
  try {
    auto const port = server.listen_admin(address);
    std::cout << "Operators ask at " << admin_url(address, port) << std::endl;
  } catch (sambung::error const& e) {
    if (e.code() != sambung::errc::unavailable || address != sambung::configuration().admin_address) throw;
    log.event("admin_unavailable", e.what());
  }
}

}  // namespace command_line
