// Prompts: what a model gets to read of a chat.
#pragma once

#include <sambung/provider/completion.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

struct turn_plan;

// The messages that a model's answer is in a prompt: what it said and called, the results of that, what it said then,
// and so on. A call without a result gets one that says so: vendors refuse a prompt with an open call.
std::vector<prompt_message> prompt_of(std::vector<part> answer);

// With neighbouring messages of one side as one: two questions in a row are what many models' templates refuse.
std::vector<prompt_message> in_turns(std::vector<prompt_message> messages);

// Gives calls whose id an earlier message has an id of their own, and their results.
void separate_call_ids(std::vector<prompt_message>& messages);

// Makes a step's request the next one's: adds what the step said and got. From then on the model chooses by itself
// whether to call tools, or a demand for calls would never end.
void go_on_with(completion_request& request, std::vector<part> step);

// The request of a turn's first step: the chat's messages as the engine's context policy chooses them. What a vendor
// added to its answers goes to the same provider only. Consumes plan.before_question. Throws storage's failures.
task<completion_request> first_request(engine_core& core, turn_plan& plan);

}  // namespace sambung
