// What a turn is billed for whose server went away before its end: what arrived of it, as an estimate.
#pragma once

#include <sambung/records/active_turn.hpp>
#include <sambung/records/answer_context.hpp>
#include <sambung/records/message.hpp>

#include "services/accounting/call_meter.hpp"

namespace sambung {

// `parts`: what was flushed of it; `kept`: what it had to read beside its chat. Each call of the model that left
// something behind is counted as a broken answer is, on the day when the turn began. Nothing for a turn without parts:
// nobody knows whether a vendor had accepted it. Throws error: storage's failures.
task<bill> bill_of_lost(engine_core& core, scope who, message const& answer, active_turn const& lost,
                        std::vector<part> parts, std::optional<answer_context> const& kept);

}  // namespace sambung
