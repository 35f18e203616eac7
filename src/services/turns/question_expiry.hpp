// What becomes of questions that nobody answers when their turn has ended.
#pragma once

#include "services/base/engine_core.hpp"

namespace sambung {

// Marks those of a tenant whose time is over as expired. Throws what storage fails with.
task<void> expire_questions(engine_core& core, scope where);

}  // namespace sambung
