// The words of a text: what every backend's index holds of it, what a search looks up, and what a snippet marks. Made
// here and nowhere else, so that all find the same.
//
// A word is a run of letters and digits, folded (folding.hpp). Scripts without spaces tell no words: there each letter
// is one and so is each pair of neighbours, and a search for more letters wants all of their pairs, and then the
// letters one behind the other in the text itself. So does one for words in quotation marks.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/storage/value.hpp>

#include "storage/folding.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::detail {

struct found_word {
  std::string word;  // folded, at most max_word_points of it
  std::size_t begin = 0;
  std::size_t end = 0;     // in bytes of the text as it stands
  bool is_letter = false;  // of a script without spaces
  bool goes_on = false;    // a letter right behind another one
};

// Rises with every change of what an index holds of a text or a row, whatever brings it: then the indexes that there
// are are made again.
inline constexpr int words_version = 3;

// Of a longer word the beginning is compared.
inline constexpr std::size_t max_word_points = 64;

// One word or one letter after the other. The text must be valid UTF-8 and outlive the reader.
class SAMBUNG_API word_reader {
 public:
  explicit word_reader(std::string_view text) : rest_(text), size_(text.size()) {}

  word_reader(word_reader const&) = delete;
  word_reader& operator=(word_reader const&) = delete;

  std::optional<found_word> next();

 private:
  bool fill();
  std::optional<found_word> letter(char32_t point);

  std::string_view rest_;
  std::size_t size_;
  folder folder_;
  std::vector<std::int32_t> const* points_ = nullptr;  // of the cluster being read
  std::size_t at_ = 0;
  std::size_t begin_ = 0, end_ = 0;  // of the cluster
  bool behind_letter_ = false;
};

// What an index holds of one of a row's `columns` searchable texts: each word once, in order. Those of a text with too
// many different ones (some hundred thousand letters) are those of its beginning.
SAMBUNG_API std::vector<std::string> index_words(std::string_view text, std::size_t columns);

// Runs of letters, and words in quotation marks, that a row which has all of the search words may still lack.
SAMBUNG_API std::vector<std::string> search_phrases(std::string_view searched);
SAMBUNG_API bool has_phrases(row const& in, record_description const& table, std::vector<std::string> const& phrases);

}  // namespace sambung::detail
