// modules: tables that Python describes, as module_schema.
#pragma once

#include <sambung/storage/schema.hpp>

#include <boost/json/object.hpp>

#include <vector>

namespace sambung::python {

// Each with "name", "tables" and "migrations". Throws error(errc::invalid_argument).
std::vector<module_schema> modules_from(std::vector<boost::json::object> const& described);

}  // namespace sambung::python
