#include <sambung/storage/snippet.hpp>

#include <sambung/storage/query.hpp>

#include "storage/words.hpp"

#include <algorithm>

namespace sambung {
namespace {

using words = std::vector<std::string>;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The beginning of the character that `at` is in.
std::size_t character_start(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && is_continuation(text[at])) --at;
  return at;
}

std::size_t previous_character(std::string_view text, std::size_t at) { return character_start(text, at - 1); }

bool is_letter_at(std::string_view text, std::size_t at) {
  auto rest = text.substr(at);
  return detail::is_letter_or_digit(detail::take_code_point(rest));
}

bool cuts_a_word(std::string_view text, std::size_t at) {
  return at > 0 && at < text.size() && is_letter_at(text, at) && is_letter_at(text, previous_character(text, at));
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool is_searched(std::string const& word, words const& searched) {
  return std::ranges::find(searched, word) != searched.end();
}

// Empty at the beginning when there is none.
byte_range first_match(std::string_view text, words const& searched) {
  detail::word_reader reader(text);
  while (auto const found = reader.next())
    if (is_searched(found->word, searched)) return {found->begin, found->end};
  return {};
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

std::vector<byte_range> matches_in(std::string_view passage, words const& searched) {
  std::vector<byte_range> found;
  detail::word_reader reader(passage);
  while (auto const one = reader.next())
    if (is_searched(one->word, searched)) found.push_back({one->begin, one->end});
  return found;
}

}  // namespace

snippet make_snippet(std::string_view text, std::string_view searched_text, std::size_t max_bytes) {
  auto const searched = search_words(searched_text);
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
  if (match.end > 0) out.marked = matches_in(out.text, searched);
  out.cut_before = begin > 0;
  out.cut_after = end < text.size();
  return out;
}

}  // namespace sambung
