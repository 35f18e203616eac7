#include <sambung/storage/snippet.hpp>

#include "storage/letters.hpp"
#include "storage/words.hpp"

#include <algorithm>

namespace sambung {
namespace {

using words = std::vector<detail::found_word>;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The beginning of the character that `at` is in.
std::size_t character_start(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && is_continuation(text[at])) --at;
  return at;
}

std::size_t previous_character(std::string_view text, std::size_t at) { return character_start(text, at - 1); }

bool is_letter_at(std::string_view text, std::size_t at) {
  auto rest = text.substr(at);
  auto const kind = detail::kind_of(detail::take_code_point(rest));
  return kind == detail::letter_kind::spaced || kind == detail::letter_kind::mark;
}

bool cuts_a_word(std::string_view text, std::size_t at) {
  return at > 0 && at < text.size() && is_letter_at(text, at) && is_letter_at(text, previous_character(text, at));
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

words words_of(std::string_view text) {
  words out;
  detail::word_reader reader(text);
  while (auto found = reader.next()) out.push_back(std::move(*found));
  return out;
}

std::string const& beginning_of(words const& run) { return run.front().word; }

bool says_the_same(words const& a, words const& b) {
  return std::ranges::equal(a, b, {}, &detail::found_word::word, &detail::found_word::word);
}

// What is marked as one: a word, or the letters of a script without spaces that stand together. Each once, ordered by
// their beginnings: at every word of a text only those that begin with it are compared.
std::vector<words> runs_of(std::string_view searched) {
  std::vector<words> out;
  for (auto& one : words_of(searched)) {
    if (!one.goes_on) out.emplace_back();
    out.back().push_back(std::move(one));
  }
  std::ranges::sort(out, [](words const& a, words const& b) {
    return std::ranges::lexicographical_compare(a, b, {}, &detail::found_word::word, &detail::found_word::word);
  });
  out.erase(std::ranges::unique(out, says_the_same).begin(), out.end());
  return out;
}

bool stands_at(words const& text, std::size_t at, words const& run) {
  if (run.size() > text.size() - at) return false;
  for (std::size_t i = 0; i < run.size(); ++i) {
    auto const& one = text[at + i];
    if (one.word != run[i].word || (i > 0 && !one.goes_on)) return false;
  }
  return true;
}

// How many words, or letters, of the text are the longest run at this place.
std::size_t length_of_match(words const& text, std::size_t at, std::vector<words> const& searched) {
  std::size_t longest = 0;
  for (auto const& run : std::ranges::equal_range(searched, text[at].word, {}, beginning_of))
    if (run.size() > longest && stands_at(text, at, run)) longest = run.size();
  return longest;
}

// At most `most` of them.
std::vector<byte_range> matches_in(std::string_view text, std::vector<words> const& searched, std::size_t most) {
  std::vector<byte_range> found;
  auto const all = words_of(text);
  for (std::size_t i = 0; i < all.size() && found.size() < most;) {
    auto const length = length_of_match(all, i, searched);
    if (length > 0) {
      byte_range const one{all[i].begin, all[i + length - 1].end};
      // Letters that are folded from one share its place.
      if (!found.empty() && one.begin < found.back().end) found.back().end = std::max(found.back().end, one.end);
      else found.push_back(one);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return found;
}

// Empty at the beginning when there is none.
byte_range first_match(std::string_view text, std::vector<words> const& searched) {
  auto const found = matches_in(text, searched, 1);
  return found.empty() ? byte_range() : found.front();
}

// Where the passage begins: a third of what is left beside the match goes before it, more where the text ends soon.
std::size_t begin_of_passage(std::string_view text, byte_range match, std::size_t max_bytes) {
  auto const spare = max_bytes - (match.end - match.begin);
  auto begin = match.begin - std::min(match.begin, spare / 3);
  begin = std::min(begin, text.size() - std::min(text.size(), max_bytes));
  if (begin == 0) return begin;
  while (begin < match.begin && (is_continuation(text[begin]) || cuts_a_word(text, begin) || is_space(text[begin])))
    ++begin;
  return begin;
}

// Where it ends; `needed` is the end of the match.
std::size_t end_of_passage(std::string_view text, std::size_t begin, std::size_t needed, std::size_t max_bytes) {
  auto const most = character_start(text, std::min(text.size(), begin + max_bytes));
  if (most == text.size()) return most;
  auto end = most;
  while (end > needed && cuts_a_word(text, end)) end = previous_character(text, end);
  if (end <= begin) return most;
  while (end > needed && is_space(text[end - 1])) --end;
  return end;
}

}  // namespace

snippet make_snippet(std::string_view text, std::string_view searched_text, std::size_t max_bytes) {
  auto const searched = runs_of(searched_text);
  auto const match = first_match(text, searched);
  snippet out;
  if (match.end - match.begin > max_bytes) {
    auto const end = character_start(text, match.begin + max_bytes);
    out.text = text.substr(match.begin, end - match.begin);
    if (!out.text.empty()) out.marked.push_back({0, out.text.size()});
    out.cut_before = match.begin > 0;
    out.cut_after = true;
    return out;
  }
  auto const begin = begin_of_passage(text, match, max_bytes);
  auto const end = end_of_passage(text, begin, match.end, max_bytes);
  out.text = text.substr(begin, end - begin);
  if (match.end > 0) out.marked = matches_in(out.text, searched, out.text.size());
  out.cut_before = begin > 0;
  out.cut_after = end < text.size();
  return out;
}

}  // namespace sambung
