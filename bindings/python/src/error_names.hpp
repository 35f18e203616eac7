// What Python calls the exception of a code.
#pragma once

#include <sambung/core/error.hpp>

#include <string_view>

namespace sambung::python {

// "NotFoundError"
std::string_view python_name(errc code);

}  // namespace sambung::python
