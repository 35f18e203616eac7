// housekeeping: what an engine clears away, and puts down, once in a minute.
#pragma once

#include "services/base/engine_core.hpp"

namespace sambung {

// One round: sessions and refresh tokens that have expired, keys of idempotency that have ended, questions about tools
// that nobody answered, and the entries of the audit log that are due about wrong passwords. What one of them fails
// with keeps no other; the next round tries again.
task<void> keep_house(engine_core& core);

}  // namespace sambung
