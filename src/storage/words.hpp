// The words of a text, one after the other: what search and its snippets have in common.
#pragma once

#include <sambung/core/export.hpp>

#include "storage/letters.hpp"

#include <cstddef>
#include <optional>

namespace sambung::detail {

struct found_word {
  std::string word;  // in lower case
  std::size_t begin = 0;
  std::size_t end = 0;  // in bytes of the text as it stands
};

// A word is a maximal run of letters and digits. The text must be valid UTF-8 and outlive the reader.
class SAMBUNG_API word_reader {
 public:
  explicit word_reader(std::string_view text) : rest_(text), size_(text.size()) {}

  std::optional<found_word> next() {
    found_word found;
    while (!rest_.empty()) {
      auto const at = size_ - rest_.size();
      auto const point = take_code_point(rest_);
      if (is_letter_or_digit(point)) {
        if (found.word.empty()) found.begin = at;
        append_utf8(found.word, lower_case(point));
        found.end = size_ - rest_.size();
      } else if (!found.word.empty()) {
        return found;
      }
    }
    return found.word.empty() ? std::nullopt : std::optional(std::move(found));
  }

 private:
  std::string_view rest_;
  std::size_t size_;
};

}  // namespace sambung::detail
