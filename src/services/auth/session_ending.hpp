// Ending sessions with the refresh tokens that hang on them.
#pragma once

#include <sambung/core/id.hpp>
#include <sambung/storage/batch.hpp>

#include "services/base/engine_core.hpp"

#include <optional>

namespace sambung {

// The end of one session: its refresh tokens, then itself. A family of more than a page goes ahead: that costs a
// service its tokens even if the rest should fail.
task<batch> session_end(engine_core& core, session_id id);

// Adds the end of the user's sessions to a batch that changes more: all but `kept`, as many as fit.
task<void> add_session_ends(engine_core& core, user_id user, std::optional<session_id> kept, batch& b);

// Ends the user's sessions, all but `kept`, in bounded batches.
task<void> end_sessions(engine_core& core, user_id user, std::optional<session_id> kept = std::nullopt);

}  // namespace sambung
