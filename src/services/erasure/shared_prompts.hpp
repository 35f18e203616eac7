// What becomes of the prompts that somebody shared with a tenant and who goes.
#pragma once

#include <sambung/records/prompt_template.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

// Gives what the user shared with the tenant to its eldest owner who may act in it, and says how many prompts; without
// one it stays where it is. What the new owner has already keeps its name and its command: what comes loses its
// command, gets a name of its own, or both, and stays where it is when even that is taken. May be cut off, or run
// beside itself, at any point.
task<std::int64_t> hand_over_prompts(engine_core& core, tenant_id home, user_id from);

enum class shared_prompt {
  handed_over,
  of_others,      // it is not the user's any more
  of_nobody_else  // nobody takes it: it goes with its owner
};

// The same for one prompt, before it is erased: whoever went at the same time may have given it to the user meanwhile.
task<shared_prompt> leave_prompt(engine_core& core, tenant_id home, prompt_template_id id, user_id from);

}  // namespace sambung
