// Hits of a search among the rows that have its words: those that also have its letters as they stand together. Indexes
// of words do not tell, so the texts themselves are asked: of so many rows at once and no more, since words that are
// frequent may hardly ever stand together.
#pragma once

#include "storage/words.hpp"

#include <sambung/storage/query.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace sambung::detail {

// What one search finds of the rows that it is shown. Every backend shows the same ones, so all give up at the same.
class phrase_hits {
 public:
  phrase_hits(record_description const& table, std::vector<std::string> phrases, std::size_t limit)
      : table_(table), phrases_(std::move(phrases)), limit_(limit) {}

  // How many rows may still be looked at.
  std::size_t room() const { return bytes_ < max_read_bytes ? max_rows - looked_at_ : 0; }

  // Looks at the next row with every word. False when it is left for another search.
  bool look_at(row const& next) {
    if (room() == 0) return give_up();
    bool const is_hit = has_phrases(next, table_, phrases_);
    if (is_hit && found_.items.size() == limit_) return give_up();
    ++looked_at_;
    bytes_ += text_bytes(next);
    place_ = next.front();
    if (is_hit) found_.items.push_back(next);
    return true;
  }

  // There are rows that were not looked at.
  bool give_up() {
    found_.more = true;
    found_.place = place_;
    return false;
  }

  value const& place() const { return place_; }
  rows take() && { return std::move(found_); }

 private:
  record_description const& table_;
  std::vector<std::string> const phrases_;
  std::size_t const limit_;
  std::size_t looked_at_ = 0;
  std::size_t bytes_ = 0;
  value place_;
  rows found_;
};

// `find` gives the rows with every word of a text_query, which it is called with.
template <class Find>
rows with_phrases(record_description const& table, text_query q, Find&& find) {
  auto phrases = search_phrases(q.text());
  if (phrases.empty()) return find(q);
  // Hardly a row has all pairs and not the phrase. Where many do, larger steps pass them.
  auto const step = std::max<std::size_t>(200, q.limit());
  phrase_hits hits(table, std::move(phrases), q.limit());
  for (;;) {
    rows const found = find(q);
    for (auto const& one : found.items)
      if (!hits.look_at(one)) return std::move(hits).take();
    if (!found.more) return std::move(hits).take();
    if (hits.room() == 0) {
      hits.give_up();
      return std::move(hits).take();
    }
    q = std::move(q).after(hits.place()).limit(std::min(step, hits.room()));
  }
}

}  // namespace sambung::detail
