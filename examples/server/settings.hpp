// settings: what the environment says, for the server and for what works beside it.
#pragma once

#include <sambung/engine/engine.hpp>
#include <sambung/server/setup/configuration.hpp>

namespace command_line {

// Throws usage_error with every variable that is wrong.
sambung::configuration configured();

// Opens the database, and makes its secret where there is none yet. Throws sambung::error.
sambung::engine_options engine_options_from(sambung::configuration const& config);

}  // namespace command_line
