// One spelling for all spellings of a letter, so that a search finds each by any other: NFKC, full case folding, no
// accents.
//
//   É, é, e followed by U+0301   e          ﬁ   fi          Ａ, ｶﾞ (wide, narrow)   a, ガ
//   İ, I, ı                      i          ß   ss          Σ, σ, ς                 σ
//
// Accents are marks that a reader may leave out: of Latin, Greek and Cyrillic, the points of Hebrew, the vowels of
// Arabic. Marks that make another letter (ガ, Thai vowels, the signs of Indian scripts) stay.
#pragma once

#include <sambung/core/export.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace sambung::detail {

class SAMBUNG_API folder {
 public:
  // Removes a letter with the marks that combine with it from `text`, which is well-formed UTF-8 and not empty. What it
  // is folded to, which may be nothing, holds until the next call.
  std::vector<std::int32_t> const& take(std::string_view& text);

 private:
  void fold(std::string_view cluster);

  std::vector<std::int32_t> folded_;
};

}  // namespace sambung::detail
