// base64url without padding (RFC 4648, section 5).
#pragma once

#include <sambung/core/export.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sambung {

SAMBUNG_API std::string to_base64url(std::string_view bytes);

// Empty for text that to_base64url never makes.
SAMBUNG_API std::optional<std::string> from_base64url(std::string_view text);

}  // namespace sambung
