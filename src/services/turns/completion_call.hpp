// completion_call: one call of a model without a chat, counted; its function is in completions.cpp.
#pragma once

#include <sambung/provider/completion.hpp>
#include <sambung/security/principal.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

// As completions::complete().
task<completion> complete_counted(core_ptr core, principal who, completion_request request);

}  // namespace sambung
