// The variables of logs and traces. Those of traces are OpenTelemetry's own, as far as they are known here.
#pragma once

#include "server/setup/variables.hpp"

namespace sambung::setup {

void add_telemetry(variable_table& table);

// What several of them say together.
void join_tracing(draft& read);

}  // namespace sambung::setup
