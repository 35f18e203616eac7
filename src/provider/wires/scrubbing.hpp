// scrubbing: what a vendor wrote, without what nobody else may see.
#pragma once

#include <string>
#include <string_view>

namespace sambung {

// Without `secret` and, at its end, the beginning of one that was cut.
std::string without_secret(std::string_view text, std::string_view secret);

// `text` fit to be shown: without `secret` and anything that looks like a key, without control characters, at most 500
// bytes, valid UTF-8.
std::string scrubbed(std::string_view text, std::string_view secret);

}  // namespace sambung
