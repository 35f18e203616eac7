// templates_state: what an engine keeps of templates.
#pragma once

#include "services/templates/compiled_versions.hpp"

namespace sambung {

struct templates_state {
  compiled_versions compiled{16 * 1'048'576};
};

}  // namespace sambung
