// What becomes of the prompts that somebody shared with a tenant and who goes.
#pragma once

#include <sambung/records/prompt_template.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

enum class shared_prompt {
  handed_over,
  of_others,      // it is not the user's any more
  of_nobody_else  // it is not shared, or nobody takes it: it goes with its owner
};

// Gives a prompt that the user shared with the tenant, before it is erased, to the tenant's eldest owner. What the new
// owner has already keeps its name and its command: what comes loses its command, gets a name of its own, or both. May
// be cut off, or run beside itself, at any point.
task<shared_prompt> leave_prompt(engine_core& core, tenant_id home, prompt_template_id id, user_id from);

}  // namespace sambung
