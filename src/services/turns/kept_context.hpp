// kept_context: what stays of a prompt that was more than its chat: which version of a kept prompt it was made with,
// and each block of it. A plain chat has none of this, in memory nor in storage.
#pragma once

#include <sambung/records/answer_context.hpp>
#include <sambung/records/prompt_usage.hpp>

#include "services/base/engine_core.hpp"
#include "services/turns/turn_plan.hpp"

namespace sambung {

// What the batch stores that begins the turn: blocks without the history, which is not known yet. None of a plain chat.
std::optional<answer_context> context_at_start(engine_core& core, message const& answer, turn_context const& of);

// Adds to the batch that ends a turn what its model had to read. The row of its beginning must be there.
void add_context_at_end(engine_core& core, turn_plan const& plan, batch& b);

// Adds the turn to what its version was used for; the place is that of count(). None of a turn that counts for none.
std::optional<batch_place> add_usage_at_end(turn_plan const& plan, answer_end const& how, batch& b);

// None where there is none, or what there was is damaged. Throws errc::unavailable.
task<std::optional<answer_context>> find_context(engine_core& core, scope who, message_id answer);

// What the blocks took that are no part of the chat.
std::int64_t tokens_beside_chat(answer_context const& kept);

// Adds a lost turn to what its version was used for. Throws errc::unavailable.
task<void> add_lost_usage(engine_core& core, scope who, answer_context const& kept, answer_end const& how, batch& b);

// Adds to the sums of a version, while its template is there: nothing is summed up that nobody could remove. The place
// is the one that fails without it.
batch_place count(prompt_usage const& more, batch& b);

}  // namespace sambung
