// operators: what is measured, and where whoever runs the server asks for it.
#pragma once

#include <sambung/server/log_writer.hpp>
#include <sambung/server/server.hpp>
#include <sambung/server/setup/configuration.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <memory>

namespace command_line {

// Null when nothing is to be measured.
std::shared_ptr<sambung::metrics> metrics_for(sambung::configuration const& config);

// What operators may ask of a server that measures there.
void allow_operators(sambung::server_options& options, std::shared_ptr<sambung::metrics> measured);

// Listens for them, and says where. Where the usual address is taken, by another server on this machine, the log is
// told and the server goes on without. Throws sambung::error for any other address.
void listen_for_operators(sambung::server& server, sambung::configuration const& config, sambung::log_writer& log);

}  // namespace command_line
