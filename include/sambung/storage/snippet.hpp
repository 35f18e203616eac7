// snippet: what a list of search results shows of a text.
#pragma once

#include <sambung/core/export.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// Bytes [begin, end).
struct byte_range {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(byte_range const&, byte_range const&) = default;
};

struct snippet {
  std::string text;                // a passage of the whole text, as it stands there
  std::vector<byte_range> marked;  // the words of `text` that were searched for, in order; they never overlap
  bool cut_before = false;         // the whole text has more in front of the passage
  bool cut_after = false;          // and behind it
};

// The passage around the first word of `text` that is one of the words of `searched` (a text_query's text), by a
// search's notion of a word, so that every backend's results are marked alike; without such a word the beginning of
// `text`. Letters of a script without spaces are marked where all that stand together in `searched` do so in `text`. At
// most `max_bytes` long, cut between words where one fits and between characters (code points) where not: only a marked
// word that is longer itself is cut. Both texts must be valid UTF-8. Nothing in it is escaped.
SAMBUNG_API snippet make_snippet(std::string_view text, std::string_view searched, std::size_t max_bytes = 200);

}  // namespace sambung
