#include "telemetry/span_text.hpp"

#include "core/json_text.hpp"

#include <algorithm>

namespace sambung {
namespace {

// C1 are the two bytes C2 80 to C2 9F.
bool is_control(std::string_view character) {
  auto const first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

std::string_view shown(std::string_view character) {
  if (character.empty()) return json_text::replacement;
  return is_control(character) ? std::string_view("?") : character;
}

// The length of what begins `text`; 0 for a byte that is not UTF-8. json_text knows the long ones alone.
std::size_t character_length(std::string_view text) {
  return static_cast<unsigned char>(text[0]) < 0x80 ? 1 : json_text::utf8_length(text);
}

// As nearly all texts of spans are, which are only cut then.
bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

std::string span_text(std::string_view text, std::size_t max_bytes) {
  if (is_printable(text)) return std::string(text.substr(0, max_bytes));
  std::string out;
  out.reserve(std::min(text.size(), max_bytes));
  while (!text.empty()) {
    auto const length = character_length(text);
    auto const piece = shown(text.substr(0, length));
    if (out.size() + piece.size() > max_bytes) break;
    out += piece;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace sambung
