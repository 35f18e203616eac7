// option_check: what an engine cannot work with.
#pragma once

#include <sambung/engine/engine.hpp>

namespace sambung {

// Throws error(errc::invalid_argument): which options are out of their range, and what that is.
void check_options(engine_options const& options);

}  // namespace sambung
