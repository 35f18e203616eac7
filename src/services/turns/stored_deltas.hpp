// The deltas in a stored piece of an answer.
#pragma once

#include <sambung/records/active_turn.hpp>

#include "services/base/engine_core.hpp"
#include "services/turns/turn_log.hpp"

namespace sambung {

// None where their text is damaged: that is told of like a damaged row, and the rest of the answer is there.
std::vector<turn_event> stored_deltas(engine_core const& core, scope const& who, turn_chunk const& chunk);

}  // namespace sambung
