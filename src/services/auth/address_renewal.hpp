// What was stored before addresses were compared by case folding and IDNA, brought to that form.
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/services/auth/address_collision.hpp>

#include <vector>

namespace sambung {

class engine_core;

// Reads every user and every invitation. Of accounts whose addresses read the same the oldest gets the form that is
// compared, the others stay as they are and are told.
task<std::vector<address_collision>> renew_addresses(engine_core& core);

// The same at the start of an engine, once where it was worth the while; the audit log tells of collisions.
task<void> renew_addresses_once(engine_core& core);

}  // namespace sambung
