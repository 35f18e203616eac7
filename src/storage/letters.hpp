// Code points, and what each is to a search: part of a word, a letter that is one by itself, or neither.
#pragma once

#include <sambung/core/export.hpp>

#include <algorithm>
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

constexpr bool between(char32_t point, char32_t first, char32_t last) { return first <= point && point <= last; }

struct code_range {
  char32_t first, last;
  constexpr bool has(char32_t point) const { return between(point, first, last); }
};

enum class letter_kind {
  separator,
  spaced,    // a letter or digit of a script that puts spaces between words
  unspaced,  // Han, kana, Hangul, Thai, Lao, Khmer, Burmese: the letters tell no words
  mark       // combines with the letter before it
};

SAMBUNG_API letter_kind kind_of(char32_t point);

}  // namespace sambung::detail
