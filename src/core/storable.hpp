// What came from outside, brought within what every storage takes and every reader reads back.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace sambung {

// How deep an opaque value may nest, itself included.
inline constexpr std::size_t max_opaque_depth = 32;

// Whether it is UTF-8 without NUL.
SAMBUNG_API bool is_storable(std::string_view text);

// U+FFFD for every NUL and for every byte that is not of UTF-8.
SAMBUNG_API void make_storable(std::string& text);

// The same for each text and each name in it. Numbers that are not finite become null, and so does what nests deeper
// than max_opaque_depth.
SAMBUNG_API void make_storable(boost::json::object& object);

// Every text of the failure.
SAMBUNG_API void make_storable(failure& why);

}  // namespace sambung
