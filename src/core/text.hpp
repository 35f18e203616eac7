// text: small things that are done with ASCII text everywhere.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

constexpr char lower_case(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline std::string lower_case(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = lower_case(c);
  return out;
}

// `text` without the blanks around it.
constexpr std::string_view trim(std::string_view text, std::string_view blanks = " \t") noexcept {
  auto const first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// How many bytes of `text`, at most `max_bytes`, end between two characters of UTF-8.
constexpr std::size_t whole_characters(std::string_view text, std::size_t max_bytes) noexcept {
  if (text.size() <= max_bytes) return text.size();
  auto end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

// The number that `text` is from its first to its last character, in decimal; empty when it is none, or beyond N.
template <std::integral N>
std::optional<N> whole_number(std::string_view text) noexcept {
  N number = 0;
  auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace sambung
