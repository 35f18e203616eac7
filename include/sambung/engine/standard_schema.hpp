// standard_schema: the tables that an engine works on, and how each version of them came from the one before.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/schema.hpp>

#include <vector>

namespace sambung {

// The tables of Sambung's own, then an application's: what an engine with these `modules` migrates its storage to, and
// what copy_storage() needs. A table that refers to another stands behind it. Throws error(errc::invalid_argument): see
// schema::check().
SAMBUNG_API schema_ref standard_schema();
SAMBUNG_API schema_ref standard_schema(std::vector<module_schema> modules);

}  // namespace sambung
