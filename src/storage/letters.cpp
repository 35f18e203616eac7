#include "storage/letters.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace sambung::detail {
namespace {

// Unicode 15, Blocks.txt.
constexpr std::array unspaced_blocks{
    code_range{0x0E00, 0x0EFF},    // Thai, Lao
    code_range{0x1000, 0x109F},    // Burmese
    code_range{0x1100, 0x11FF},    // Hangul in parts
    code_range{0x1780, 0x17FF},    // Khmer
    code_range{0x19E0, 0x19FF},    // Khmer symbols
    code_range{0x2E80, 0x2FDF},    // radicals of Han
    code_range{0x3005, 0x3007},    // Han: the same again, closed, zero
    code_range{0x3021, 0x303B},    // numerals and repeats of Han and kana
    code_range{0x3040, 0x30FF},    // Hiragana, Katakana
    code_range{0x3130, 0x318F},    // Hangul in parts
    code_range{0x31F0, 0x31FF},    // Katakana
    code_range{0x3400, 0x4DBF},    // Han
    code_range{0x4E00, 0x9FFF},    // Han
    code_range{0xA960, 0xA97F},    // Hangul in parts
    code_range{0xA9E0, 0xA9FF},    // Burmese
    code_range{0xAA60, 0xAA7F},    // Burmese
    code_range{0xAC00, 0xD7FF},    // Hangul
    code_range{0xF900, 0xFAFF},    // Han
    code_range{0xFF66, 0xFFDC},    // Katakana and Hangul of half the width
    code_range{0x1B000, 0x1B16F},  // kana
    code_range{0x20000, 0x3FFFF},  // Han
};

bool is_unspaced(char32_t point) {
  return point >= unspaced_blocks.front().first &&
         std::ranges::any_of(unspaced_blocks, [&](code_range r) { return r.has(point); });
}

letter_kind kind_of_ascii(char32_t point) {
  bool const letter = between(point, '0', '9') || between(point, 'a', 'z') || between(point, 'A', 'Z');
  return letter ? letter_kind::spaced : letter_kind::separator;
}

}  // namespace

letter_kind kind_of(char32_t point) {
  if (point < 0x80) return kind_of_ascii(point);
  auto const category = utf8proc_category(static_cast<utf8proc_int32_t>(point));
  if (category < UTF8PROC_CATEGORY_LU || category > UTF8PROC_CATEGORY_NO) return letter_kind::separator;
  if (is_unspaced(point)) return letter_kind::unspaced;
  bool const combines = category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
  return combines ? letter_kind::mark : letter_kind::spaced;
}

}  // namespace sambung::detail
