// JSON strings without a DOM: written straight into a buffer, and read out of one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// Appends `text` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

// The inside of the JSON string that begins where `text` begins, behind its opening quote: everything before the
// closing quote. Empty when there is no closing quote, or when the bytes are not strictly valid (RFC 8259, well-formed
// UTF-8, paired surrogates).
std::optional<std::string_view> json_string_inside(std::string_view text);

// What json_string_inside found, with its escapes resolved. A NUL, which no storage takes, becomes U+FFFD.
std::string unescape_json_string(std::string_view inside);

// `text` with U+FFFD for every NUL.
std::string without_nul(std::string_view text);

}  // namespace sambung
