// Percent-decoding (RFC 3986, section 2.1), strict.
#pragma once

#include <sambung/core/export.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// Decodes once; '+' stays as it is. Empty for '%' without two hexadecimal digits behind it.
SAMBUNG_API std::optional<std::string> percent_decode(std::string_view text);

}  // namespace sambung
