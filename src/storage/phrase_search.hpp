// Hits of a search among the rows that have its words: those that also have its letters as they stand together. Indexes
// of words do not tell, so the texts themselves are asked.
#pragma once

#include "storage/bounded_rows.hpp"
#include "storage/words.hpp"

#include <algorithm>

namespace sambung::detail {

// `find` gives the rows with every word of a text_query, which it is called with.
template <class Find>
rows with_phrases(record_description const& table, text_query q, Find&& find) {
  auto const phrases = search_phrases(q.text());
  if (phrases.empty()) return find(q);
  // Hardly a row has all pairs and not the phrase. Where many do, larger steps pass them.
  constexpr std::size_t step = 200;
  bounded_rows out(q.limit());
  for (;;) {
    rows found = find(q);
    if (found.items.empty()) return std::move(out).take();
    value const last = found.items.back().front();
    for (auto& one : found.items) {
      if (!has_phrases(one, table, phrases)) continue;
      if (!out.has_room()) return std::move(out).take();
      out.add(std::move(one));
    }
    if (!found.more) return std::move(out).take();
    q = std::move(q).after(last).limit(std::max(step, q.limit()));
  }
}

}  // namespace sambung::detail
