#include "storage/words.hpp"

#include "storage/letters.hpp"

#include <sambung/storage/query.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace sambung {
namespace detail {
namespace {

// PostgreSQL keeps less than 1 MiB of words of a row, a mark before each.
constexpr std::size_t max_index_bytes = 900'000;
constexpr std::size_t bytes_beside_word = 16;

// Words of one text until there is no room for more.
class word_set {
 public:
  explicit word_set(std::size_t max_bytes) : room_(max_bytes) {}

  bool add(std::string word) {
    auto const bytes = word.size() + bytes_beside_word;
    if (words_.contains(word)) return true;
    if (bytes > room_) return false;
    room_ -= bytes;
    words_.insert(std::move(word));
    return true;
  }
  std::vector<std::string> take() && {
    std::vector<std::string> out;
    out.reserve(words_.size());
    while (!words_.empty()) out.push_back(std::move(words_.extract(words_.begin()).value()));
    return out;
  }

 private:
  std::size_t room_;
  std::set<std::string> words_;
};

// The text as phrases are looked for in it: letters one behind the other, a space wherever they do not go on.
std::string folded_text(std::string_view text) {
  std::string out;
  word_reader reader(text);
  while (auto const found = reader.next()) {
    if (!found->goes_on) out += ' ';
    out += found->word;
  }
  return out;
}

// Where the first quotation mark is, and how many bytes it has; the end of the text without one.
std::pair<std::size_t, std::size_t> quotation_mark_in(std::string_view text) {
  std::pair<std::size_t, std::size_t> first{text.size(), 0};
  for (std::string_view const mark : {"\"", "“", "”", "„", "«", "»"})
    if (auto const at = text.find(mark); at < first.first) first = {at, mark.size()};
  return first;
}

// Texts between two marks, one pair behind the other. A mark that is left over is none.
std::vector<std::string_view> quoted_in(std::string_view text) {
  std::vector<std::string_view> out;
  for (;;) {
    auto const [open, open_size] = quotation_mark_in(text);
    if (open_size == 0) return out;
    text.remove_prefix(open + open_size);
    auto const [close, close_size] = quotation_mark_in(text);
    if (close_size == 0) return out;
    out.push_back(text.substr(0, close));
    text.remove_prefix(close + close_size);
  }
}

// How the words of a quotation stand in a folded text, whole ones; empty for less than two.
std::string quoted_phrase(std::string_view quoted) {
  std::string out;
  std::size_t words = 0;
  bool ends_in_letter = false;
  word_reader reader(quoted);
  while (auto const found = reader.next()) {
    if (!found->goes_on && (words > 0 || !found->is_letter)) out += ' ';
    out += found->word;
    ends_in_letter = found->is_letter;
    ++words;
  }
  if (words < 2) return {};
  return ends_in_letter ? out : out + ' ';
}

}  // namespace

bool word_reader::fill() {
  while (!points_ || at_ == points_->size()) {
    if (rest_.empty()) return false;
    begin_ = size_ - rest_.size();
    points_ = &folder_.take(rest_);
    end_ = size_ - rest_.size();
    at_ = 0;
  }
  return true;
}

std::optional<found_word> word_reader::letter(char32_t point) {
  found_word found{{}, begin_, end_, true, behind_letter_};
  append_utf8(found.word, point);
  behind_letter_ = true;
  ++at_;
  return found;
}

std::optional<found_word> word_reader::next() {
  found_word found;
  for (std::size_t points = 0; fill(); ++at_) {
    auto const point = static_cast<char32_t>((*points_)[at_]);
    auto const kind = kind_of(point);
    bool const inside = points > 0;
    if (kind == letter_kind::unspaced) return inside ? std::optional(std::move(found)) : letter(point);
    behind_letter_ = false;
    if (kind == letter_kind::spaced || (kind == letter_kind::mark && inside)) {
      if (!inside) found.begin = begin_;
      if (points++ < max_word_points) append_utf8(found.word, point);
      found.end = end_;
    } else if (inside) {
      return found;
    }
  }
  return found.word.empty() ? std::nullopt : std::optional(std::move(found));
}

std::vector<std::string> index_words(std::string_view text, std::size_t columns) {
  word_set words(max_index_bytes / columns);
  word_reader reader(text);
  std::string before;
  while (auto found = reader.next()) {
    if (found->goes_on && !words.add(before + found->word)) break;
    if (!words.add(found->word)) break;
    before = std::move(found->word);
  }
  return std::move(words).take();
}

std::vector<std::string> search_phrases(std::string_view searched) {
  std::vector<std::string> out;
  std::string run;
  std::size_t letters = 0;
  auto const finish = [&] {
    if (letters > 2) out.push_back(run);
    run.clear();
    letters = 0;
  };
  word_reader reader(searched);
  while (auto const found = reader.next()) {
    if (!found->goes_on) finish();
    if (!found->is_letter) continue;
    run += found->word;
    ++letters;
  }
  finish();
  for (auto const quoted : quoted_in(searched))
    if (auto phrase = quoted_phrase(quoted); !phrase.empty()) out.push_back(std::move(phrase));
  return out;
}

bool has_phrases(row const& in, record_description const& table, std::vector<std::string> const& phrases) {
  if (phrases.empty()) return true;
  std::string all;
  for (auto const& column : table.search)
    if (auto const* text = std::get_if<std::string>(&in[*table.position(column)])) all += folded_text(*text) + ' ';
  return std::ranges::all_of(phrases, [&](std::string const& one) { return all.find(one) != all.npos; });
}

}  // namespace detail

std::vector<std::string> search_words(std::string_view text) {
  std::vector<std::string> words;
  detail::word_reader reader(text);
  std::optional<std::string> single;  // a letter of which it is not known yet whether another one follows
  std::string before;
  auto const finish = [&] {
    if (single) words.push_back(*std::exchange(single, std::nullopt));
  };
  while (auto const found = reader.next()) {
    if (found->goes_on) {
      single.reset();
      words.push_back(before + found->word);
    } else {
      finish();
      if (found->is_letter) single = found->word;
      else words.push_back(found->word);
    }
    before = found->word;
  }
  finish();
  return words;
}

std::vector<std::string> indexed_words(row const& in, record_description const& table) {
  std::vector<std::string> out;
  for (auto const& column : table.search)
    if (auto const* text = std::get_if<std::string>(&in[*table.position(column)]))
      for (auto& word : detail::index_words(*text, table.search.size())) out.push_back(std::move(word));
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

bool has_words(row const& in, record_description const& table, std::string_view searched) {
  auto const wanted = search_words(searched);
  if (wanted.empty()) return false;
  auto const has = indexed_words(in, table);
  return std::ranges::all_of(wanted, [&](std::string const& word) { return std::ranges::binary_search(has, word); }) &&
         detail::has_phrases(in, table, detail::search_phrases(searched));
}

}  // namespace sambung
