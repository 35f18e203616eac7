// service: the HTTP server, as the environment describes it.
#pragma once

#include <sambung/engine/engine.hpp>
#include <sambung/server/setup/configuration.hpp>

namespace command_line {

// What the environment says. Throws usage_error with every variable that is wrong.
sambung::configuration configured();

// Opens the database, and makes its secret where there is none yet. Throws sambung::error.
sambung::engine_options engine_options_from(sambung::configuration const& config);

// Serves until SIGINT or SIGTERM. Throws sambung::error.
void serve(sambung::configuration config);

}  // namespace command_line
