#pragma once

#include <string>
#include <string_view>

namespace sambung {

// HMAC-SHA256 (RFC 2104): 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);

// Takes as long whatever the first difference is; a difference in length may be seen.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace sambung
