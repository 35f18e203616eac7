// The version of Sambung: of the headers, for the preprocessor, and of the library that runs. What the numbers promise
// is in docs/reference/versioning.md. CMake reads them here.
#pragma once

#include <sambung/core/export.hpp>

#include <string_view>

#define SAMBUNG_VERSION_MAJOR 0
#define SAMBUNG_VERSION_MINOR 1
#define SAMBUNG_VERSION_PATCH 0

// One number, for #if: 100 is 0.1.0, 10203 is 1.2.3.
#define SAMBUNG_VERSION (SAMBUNG_VERSION_MAJOR * 10000 + SAMBUNG_VERSION_MINOR * 100 + SAMBUNG_VERSION_PATCH)

namespace sambung {

// "0.1.0": of the library that the program is linked to, or that the loader found. With shared libraries its last
// number may be another than SAMBUNG_VERSION_PATCH.
SAMBUNG_API std::string_view library_version() noexcept;

}  // namespace sambung
