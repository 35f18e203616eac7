// service: the HTTP server, as the environment describes it.
#pragma once

#include <sambung/server/setup/configuration.hpp>

namespace command_line {

// Serves until SIGINT or SIGTERM. Throws sambung::error.
void serve(sambung::configuration config);

}  // namespace command_line
