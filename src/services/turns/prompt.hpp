// Prompts: what a model gets to read of a chat.
#pragma once

#include <sambung/provider/completion.hpp>

#include "provider/prompt_rules.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

struct turn_plan;

// Makes a step's request the next one's: adds what the step said and got. From then on the model chooses by itself
// whether to call tools, or a demand for calls would never end.
void go_on_with(completion_request& request, std::vector<part> step);

// The request of a turn's first step: the chat's messages as the engine's context policy chooses them. What a vendor
// added to its answers goes to the same provider only. Consumes plan.before_question. Throws storage's failures.
task<completion_request> first_request(engine_core& core, turn_plan& plan);

}  // namespace sambung
