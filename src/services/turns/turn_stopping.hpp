// Ending the turns of those who may not go on, on whatever engine they run.
#pragma once

#include "services/base/engine_core.hpp"

namespace sambung {

// Stops the turns of a tenant, of a user in it, or of a user in every tenant that they belong to. Those of this engine
// are stored when it completes; others see the wish when they next renew their lease.
task<void> stop_turns(engine_core& core, tenant_id tenant);
task<void> stop_turns(engine_core& core, tenant_id tenant, user_id user);
task<void> stop_turns(engine_core& core, user_id user);

}  // namespace sambung
