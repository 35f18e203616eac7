// table_readers: who may read the rows of a table, and so hear of their changes.
#pragma once

#include <sambung/security/principal.hpp>

#include <string_view>

namespace sambung {

// Who may read what an application keeps is its own affair: whom it is told says its description alone.
// Thread safety: safe to call from any thread.
SAMBUNG_API bool may_hear_of(std::string_view table, principal const& who);

}  // namespace sambung
