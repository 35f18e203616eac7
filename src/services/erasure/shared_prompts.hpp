// What becomes of the prompts that somebody shared with a tenant and who goes.
#pragma once

#include "services/base/engine_core.hpp"

namespace sambung {

// Gives what the user shared with the tenant to its eldest owner who may act in it, and says how many prompts; without
// one it stays where it is. What the new owner has already keeps its name and its command: what comes loses its
// command, gets a name of its own, or both, and stays where it is when even that is taken. May be cut off, or run
// beside itself, at any point.
task<std::int64_t> hand_over_prompts(engine_core& core, tenant_id home, user_id from);

}  // namespace sambung
