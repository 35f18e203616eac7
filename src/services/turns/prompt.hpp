// Prompts: what a model gets to read of a chat.
#pragma once

#include <sambung/context/report.hpp>
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

// A prompt that was full exactly has looked at nothing older: for a report, the first of it that was left out.
task<void> add_what_was_not_read(engine_core& core, turn_plan& plan);

// What first_request() made of the plan, and why, without the messages.
context_report made_report(engine_core& core, turn_plan const& plan);

// Whether a report has the messages as the model reads them.
enum class prompt_texts { shown, left_out };

// Of the request's messages, as the turn's model counts.
std::int64_t tokens_of(engine_core& core, turn_plan const& plan, completion_request const& request);

// What first_request() makes of the plan, and why: a preview is sending without the call.
task<context_report> report_of_prompt(engine_core& core, turn_plan& plan, prompt_texts texts);

}  // namespace sambung
