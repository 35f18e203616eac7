// event.follow: what has changed, as it happens.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// One stream for each client. An event's number is its position: who comes back behind one hears what was since, or a
// reset.
SAMBUNG_API void event_procedures(procedure_registry& registry);

}  // namespace sambung
