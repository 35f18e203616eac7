// span_text: texts of spans, made harmless for whatever shows them.
#pragma once

#include <sambung/core/export.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sambung {

// At most `max_bytes` of it: whole characters, U+FFFD for what is not UTF-8, '?' for what steers a terminal (C0, DEL
// and C1).
SAMBUNG_API std::string span_text(std::string_view text, std::size_t max_bytes);

}  // namespace sambung
