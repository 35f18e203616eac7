#include "provider/wires/character_mender.hpp"

#include "core/json_text.hpp"

#include <algorithm>
#include <utility>

namespace sambung {
namespace {

constexpr std::size_t unit_size = 6;  // \uXXXX

bool is_unit(std::string_view text) {
  auto const is_digit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  return text.size() >= unit_size && text.starts_with("\\u") && std::ranges::all_of(text.substr(2, 4), is_digit);
}

char upper(char c) { return c >= 'a' ? static_cast<char>(c - ('a' - 'A')) : c; }

// Of the pairs that UTF-16 writes characters beyond the first 65,536 with.
bool leads(std::string_view text) {
  return is_unit(text) && upper(text[2]) == 'D' && std::string_view("89ABab").find(text[3]) != text.npos;
}
bool trails(std::string_view text) {
  return is_unit(text) && upper(text[2]) == 'D' && std::string_view("CDEFcdef").find(text[3]) != text.npos;
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// How much of `text` is whole, and may stay: 0 where something is cut.
std::size_t whole_length(std::string_view text) {
  if (text.front() == '\\') {
    if (leads(text)) return trails(text.substr(unit_size)) ? 2 * unit_size : 0;
    if (trails(text)) return 0;
    return std::min<std::size_t>(2, text.size());
  }
  return is_ascii(text.front()) ? 1 : json_text::utf8_length(text);
}

// The length of the half that begins `text`.
std::size_t half_length(std::string_view text) {
  if (text.front() == '\\') return unit_size;
  std::size_t length = 1;
  while (length < text.size() && continues(text[length])) ++length;
  return length;
}

bool begins_character(std::string_view half) {
  if (half.front() == '\\') return leads(half);
  auto const first = static_cast<unsigned char>(half.front());
  std::size_t const length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  return first >= 0xC2 && first <= 0xF4 && half.size() < length;
}

bool is_whole(std::string_view joined) { return whole_length(joined) == joined.size(); }

}  // namespace

std::optional<std::string> character_mender::mended(std::string_view json) {
  auto const waited = std::exchange(begun_, {});
  bool joined = waited.empty();
  std::string out;
  out.reserve(json.size() + waited.size());
  while (!json.empty()) {
    if (auto const length = whole_length(json); length > 0) {
      out += json.substr(0, length);
      json.remove_prefix(length);
      continue;
    }
    std::string const half(json.substr(0, half_length(json)));
    json.remove_prefix(half.size());
    if (!joined && out.ends_with('"') && is_whole(waited + half)) {
      (out += waited) += half;
      joined = true;
    } else if (begun_.empty() && json.starts_with('"') && begins_character(half)) {
      begun_ = half;
    } else {
      return std::nullopt;
    }
  }
  if (!joined) return std::nullopt;
  return out;
}

}  // namespace sambung
