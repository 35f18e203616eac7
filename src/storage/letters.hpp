// Letters, digits and case of search words, for the scripts that chats are mostly written in.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sambung::detail {

// Removes the first code point of well-formed UTF-8 from `text`.
inline char32_t take_code_point(std::string_view& text) {
  auto const first = static_cast<unsigned char>(text.front());
  std::size_t const length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length && i < text.size(); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(std::min(length, text.size()));
  return point;
}

inline void append_utf8(std::string& out, char32_t point) {
  auto const put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  auto const tail = [&](int shift) { put(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) return put(0xC0 | point >> 6), tail(0);
  if (point < 0x10000) return put(0xE0 | point >> 12), tail(6), tail(0);
  put(0xF0 | point >> 18), tail(12), tail(6), tail(0);
}

struct code_range {
  char32_t first, last;
};

// Blocks of punctuation, symbols and emoji (Unicode 15, Blocks.txt), and the signs among Latin-1's letters.
inline constexpr std::array separators{
    code_range{0x80, 0xA9},      code_range{0xAB, 0xB1},     code_range{0xB4, 0xB4},     code_range{0xB6, 0xB8},
    code_range{0xBB, 0xBB},      code_range{0xBF, 0xBF},     code_range{0xD7, 0xD7},     code_range{0xF7, 0xF7},
    code_range{0x2000, 0x206F},  code_range{0x20A0, 0x20CF}, code_range{0x2190, 0x23FF}, code_range{0x2500, 0x2775},
    code_range{0x2794, 0x2BFF},  code_range{0x2E00, 0x2E2E}, code_range{0x3000, 0x3004}, code_range{0x3008, 0x3020},
    code_range{0xFE00, 0xFE0F},  code_range{0xFE30, 0xFE6F}, code_range{0xFF01, 0xFF0F}, code_range{0xFF1A, 0xFF20},
    code_range{0xFF3B, 0xFF40},  code_range{0xFF5B, 0xFF65}, code_range{0xFFE0, 0xFFFF}, code_range{0x1F000, 0x1F0FF},
    code_range{0x1F300, 0x1FAFF}};

constexpr bool between(char32_t point, char32_t first, char32_t last) { return first <= point && point <= last; }

inline bool is_letter_or_digit(char32_t point) {
  if (point < 0x80) return between(point, '0', '9') || between(point, 'a', 'z') || between(point, 'A', 'Z');
  return std::ranges::none_of(separators, [&](code_range r) { return between(point, r.first, r.last); });
}

// Latin, Greek and Cyrillic; other scripts have one case, or few readers who mix them.
inline char32_t lower_case(char32_t point) {
  if (between(point, 'A', 'Z') || between(point, 0xC0, 0xDE) || between(point, 0x391, 0x3A9) ||
      between(point, 0x410, 0x42F))
    return point + 0x20;
  if (between(point, 0x400, 0x40F)) return point + 0x50;
  bool const even_upper = between(point, 0x100, 0x12F) || between(point, 0x132, 0x137) ||
                          between(point, 0x14A, 0x177) || between(point, 0x460, 0x481) || between(point, 0x48A, 0x4BF);
  if (even_upper) return point | 1;
  bool const odd_upper = between(point, 0x139, 0x148) || between(point, 0x179, 0x17E);
  return odd_upper ? point + (point & 1) : point;
}

}  // namespace sambung::detail
