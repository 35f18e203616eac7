// case_folding: the form of a text by which people read two as one.
#pragma once

#include <sambung/core/export.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// `text`, valid UTF-8, by full case folding in normal form C (Unicode, definition D145). Empty for what cannot be
// folded.
SAMBUNG_API std::optional<std::string> case_folded(std::string_view text);

}  // namespace sambung
