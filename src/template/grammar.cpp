#include "template/grammar.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <unordered_set>

namespace sambung::templating {
namespace {

constexpr std::string_view opening = "{{";
constexpr std::string_view closing = "}}";
constexpr std::string_view blanks = " \t";
// A tag ends within so many bytes: so what is never closed is not looked for up to the end of the text again and again.
constexpr std::size_t max_tag_bytes = 512;
constexpr std::size_t max_name_bytes = 40;
constexpr std::size_t max_reference_bytes = 400;
constexpr std::int64_t max_version = 1'000'000'000;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What stands behind `word` and a blank; empty when `inside` is something else.
std::optional<std::string_view> behind(std::string_view inside, std::string_view word) {
  if (!inside.starts_with(word)) return std::nullopt;
  auto const rest = inside.substr(word.size());
  if (rest.empty() || blanks.find(rest.front()) == blanks.npos) return std::nullopt;
  return trim(rest, blanks);
}

mark mark_of(std::size_t offset, std::string_view inside) {
  if (inside == "else") return {mark_kind::else_, offset, {}};
  if (inside == "/if") return {mark_kind::end_if, offset, {}};
  if (is_variable_name(inside)) return {mark_kind::variable, offset, inside};
  if (auto const name = behind(inside, "#if"))
    return is_variable_name(*name) && *name != "else"
               ? mark{mark_kind::if_, offset, *name}
               : mark{mark_kind::fault, offset, "#if needs the name of a variable"};
  if (inside.starts_with('>')) {
    auto const reference = trim(inside.substr(1), blanks);
    return parse_reference(reference) ? mark{mark_kind::include, offset, reference}
                                      : mark{mark_kind::fault, offset, "not a template that can be included"};
  }
  return {mark_kind::fault, offset, "not a variable, #if, else, /if or include; write \\{{ for two braces"};
}

bool is_label(std::string_view text) {
  auto const fits = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= max_name_bytes && std::ranges::all_of(text, fits);
}

}  // namespace

std::optional<mark> marks::next() {
  if (at_ == text_.size()) return std::nullopt;
  auto const begin = text_.find(opening, at_);
  if (begin == text_.npos) return literal_to(text_.size());
  bool const escaped = begin > at_ && text_[begin - 1] == '\\';
  if (!escaped) return begin > at_ ? literal_to(begin) : tag_at(begin);
  if (begin - 1 > at_) return literal_to(begin - 1);
  at_ = begin + opening.size();
  return mark{mark_kind::literal, begin - 1, text_.substr(begin, opening.size())};
}

mark marks::literal_to(std::size_t end) {
  mark const found{mark_kind::literal, at_, text_.substr(at_, end - at_)};
  at_ = end;
  return found;
}

mark marks::tag_at(std::size_t begin) {
  auto const inside = text_.substr(begin + opening.size(), max_tag_bytes);
  auto const end = inside.find(closing);
  if (end == inside.npos) {
    at_ = begin + opening.size();
    return {mark_kind::fault, begin, "it is not closed by }}; write \\{{ for two braces"};
  }
  auto const found = mark_of(begin, trim(inside.substr(0, end), blanks));
  at_ = begin + opening.size() + (found.kind == mark_kind::fault ? 0 : end + closing.size());
  return found;
}

std::optional<template_reference> parse_reference(std::string_view spelling) {
  template_reference found;
  found.spelling = spelling;
  auto const at = spelling.find('@');
  found.name = trim(spelling.substr(0, at), blanks);
  if (found.name.empty() || found.name.size() > max_reference_bytes) return std::nullopt;
  if (found.name.find_first_of("{}\r\n") != found.name.npos) return std::nullopt;
  if (at == spelling.npos) return found;
  auto const which = spelling.substr(at + 1);
  bool const number = !which.empty() && std::ranges::all_of(which, is_digit);
  if (!number && !is_label(which)) return std::nullopt;
  if (!number) return found.label = which, found;
  found.number = whole_number<std::int64_t>(which);
  if (!found.number || *found.number < 1 || *found.number > max_version) return std::nullopt;
  return found;
}

position position_of(std::string_view text, std::size_t offset) {
  position found;
  for (unsigned char const byte : text.substr(0, offset)) {
    if (byte == '\n') ++found.line, found.column = 1;
    else if ((byte & 0xC0) != 0x80) ++found.column;
  }
  return found;
}

}  // namespace sambung::templating

namespace sambung {

bool is_variable_name(std::string_view name) noexcept {
  using namespace templating;
  auto const fits = [](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
  return !name.empty() && name.size() <= max_name_bytes && is_letter(name.front()) && std::ranges::all_of(name, fits);
}

std::vector<template_reference> template_references(std::string_view text) {
  std::vector<template_reference> found;
  std::unordered_set<std::string_view> seen;
  templating::marks marks(text);
  while (auto const one = marks.next())
    if (one->kind == templating::mark_kind::include && seen.insert(one->text).second)
      found.push_back(*templating::parse_reference(one->text));
  return found;
}

}  // namespace sambung
