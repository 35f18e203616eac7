// Cookies (RFC 6265) as this server reads and writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

inline constexpr std::size_t max_cookie_value_bytes = 4'096;  // what browsers keep of one, name and attributes included

// The value, percent-decoded, of the first cookie of exactly this name in a Cookie header (section 4.2.1). Empty when
// there is none, and when the value has other characters than cookie-octets, is too long or decodes to nothing that is
// text. What other applications put into the header beside it does not matter.
std::optional<std::string> find_cookie(std::string_view header, std::string_view name);

// Whether the header has a cookie of this name, whatever its value.
bool has_cookie(std::string_view header, std::string_view name);

// What a cookie's value may hold: as encodeURIComponent (ECMA-262, 19.2.6.4) writes it.
std::string encode_cookie_value(std::string_view value);

}  // namespace sambung::serving
