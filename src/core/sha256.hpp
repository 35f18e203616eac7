#pragma once

#include <sambung/core/export.hpp>

#include <array>
#include <string>
#include <string_view>

namespace sambung {

// SHA-256 (FIPS 180-4).
SAMBUNG_API std::array<unsigned char, 32> sha256(std::string_view bytes);

// The same as 64 lower-case hexadecimal digits.
SAMBUNG_API std::string sha256_hex(std::string_view bytes);

}  // namespace sambung
