// Writing JSON text without building values, for what is written once for each event.
#pragma once

#include <string>
#include <string_view>

namespace sambung {

// Appends `text` (valid UTF-8) as a JSON string with its quotes.
void write_json_string(std::string& out, std::string_view text);

// The same for bytes that may be anything: what is not printable ASCII becomes '?'; cut after `max_bytes`.
void write_untrusted_json_string(std::string& out, std::string_view bytes, std::size_t max_bytes);

}  // namespace sambung
