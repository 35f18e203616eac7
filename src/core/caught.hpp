// caught: whatever was thrown, as a failure. The application's functions may throw anything.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>

#include <exception>
#include <string>

namespace sambung {

// Of a sambung::error its own; otherwise one with `message`, and what is known as failure::sensitive:
// "std::out_of_range: vector::_M_range_check", "int". What is told is storable text.
SAMBUNG_API failure caught(std::exception_ptr const& thrown, std::string message = "internal error",
                           errc code = errc::internal);

// Whether it says that the call was cancelled: whoever did that waits to see it.
SAMBUNG_API bool is_cancellation(std::exception_ptr const& thrown);

}  // namespace sambung
