// provider_log: tells the log which provider fails, and where it was looked for.
#pragma once

#include <sambung/provider/catalog.hpp>

namespace command_line {

void log_failing_provider(sambung::provider_health const& health, sambung::failure const& why);

}  // namespace command_line
