// A turn whose server went away before its end: what it is billed for, and what is found of it.
#pragma once

#include <sambung/records/active_turn.hpp>
#include <sambung/records/answer_context.hpp>
#include <sambung/records/message.hpp>
#include <sambung/storage/batch.hpp>

#include "services/accounting/call_meter.hpp"

namespace sambung {

// `parts`: what was flushed of it; `kept`: what it had to read beside its chat. Each call of the model that left
// something behind is counted as a broken answer is, on the day when the turn began. Nothing for a turn without parts:
// nobody knows whether a vendor had accepted it. Throws error: storage's failures.
task<bill> bill_of_lost(engine_core& core, scope who, message const& answer, active_turn const& lost,
                        std::vector<part> parts, std::optional<answer_context> const& kept);

// Adds what a search finds of it: its answer as far as it came, and its question, also where the row of its answer is
// damaged and does not say which that is. Throws error(errc::unavailable): storage.
task<void> add_lost_texts(engine_core& core, scope who, active_turn const& lost, std::vector<part> parts, batch& b);

}  // namespace sambung
