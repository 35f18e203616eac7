#include "core/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace sambung {

namespace json_text {

std::size_t utf8_length(std::string_view text) {
  auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  auto const tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  auto const first = byte(0);
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return tail(1) ? 2 : 0;
  if (first < 0xF0) {
    bool const wrong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F);
    return tail(1) && tail(2) && !wrong ? 3 : 0;
  }
  bool const wrong = (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F);
  return tail(1) && tail(2) && tail(3) && !wrong ? 4 : 0;
}

}  // namespace json_text

namespace {

using json_text::replacement;
using json_text::utf8_length;

// 0: an ordinary character; else '"', '\\', or what needs a look: 'c' a control character, 'u' UTF-8 of many bytes.
constexpr std::array<char, 256> kinds = [] {
  std::array<char, 256> table{};
  for (int i = 0; i < 256; ++i) table[static_cast<std::size_t>(i)] = i < 0x20 ? 'c' : i >= 0x80 ? 'u' : '\0';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

char kind_of(char c) { return kinds[static_cast<unsigned char>(c)]; }

constexpr std::uint64_t in_each_byte(std::uint8_t byte) { return byte * 0x0101'0101'0101'0101u; }

// Whether one of eight bytes is below 0x80 and below `limit`.
constexpr bool any_below(std::uint64_t bytes, std::uint8_t limit) {
  return ((bytes - in_each_byte(limit)) & ~bytes & in_each_byte(0x80)) != 0;
}

constexpr bool any_is(std::uint64_t bytes, char c) {
  return any_below(bytes ^ in_each_byte(static_cast<std::uint8_t>(c)), 1);
}

// How many bytes of `text` come before the first that a JSON string has to escape. Most texts have none: eight at a
// time.
std::size_t unescaped_length(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t bytes = 0; text.size() - at >= sizeof(bytes); at += sizeof(bytes)) {
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    if (any_below(bytes, 0x20) || any_is(bytes, '"') || any_is(bytes, '\\')) break;
  }
  auto const ordinary = [](char c) { return kind_of(c) == '\0' || kind_of(c) == 'u'; };
  while (at < text.size() && ordinary(text[at])) ++at;
  return at;
}

// The value of the \uXXXX that begins `text`; empty if it is none.
std::optional<std::uint32_t> code_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  std::uint32_t value = 0;
  for (char const c : text.substr(2, 4)) {
    value <<= 4;
    if (c >= '0' && c <= '9') value += static_cast<std::uint32_t>(c - '0');
    else if (c >= 'a' && c <= 'f') value += static_cast<std::uint32_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F') value += static_cast<std::uint32_t>(c - 'A' + 10);
    else return std::nullopt;
  }
  return value;
}

bool leads(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool trails(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// The length of the valid escape that begins `text`; 0 if there is none.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] != 'u') return std::string_view("\"\\/bfnrt").find(text[1]) != std::string_view::npos ? 2 : 0;
  auto const unit = code_unit(text);
  if (!unit || trails(*unit)) return 0;
  if (!leads(*unit)) return 6;
  auto const second = code_unit(text.substr(6));
  return second && trails(*second) ? 12 : 0;
}

void append_utf8(std::string& out, std::uint32_t code) {
  auto const put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code == 0) {
    out += replacement;
  } else if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// Resolves the escape at the beginning of `text`, which is valid; the bytes it took.
std::size_t append_escape(std::string& out, std::string_view text) {
  switch (text[1]) {
    case 'b':
      out += '\b';
      return 2;
    case 'f':
      out += '\f';
      return 2;
    case 'n':
      out += '\n';
      return 2;
    case 'r':
      out += '\r';
      return 2;
    case 't':
      out += '\t';
      return 2;
    case 'u':
      break;
    default:
      out += text[1];
      return 2;
  }
  auto const unit = *code_unit(text);
  if (!leads(unit)) {
    append_utf8(out, unit);
    return 6;
  }
  append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (*code_unit(text.substr(6)) - 0xDC00));
  return 12;
}

void append_control(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += digits[static_cast<unsigned char>(c) >> 4];
  out += digits[static_cast<unsigned char>(c) & 15];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    auto const length = unescaped_length(text);
    out += text.substr(0, length);
    text.remove_prefix(length);
    if (text.empty()) break;
    if (kind_of(text[0]) == 'c') append_control(out, text[0]);
    else (out += '\\') += text[0];
    text.remove_prefix(1);
  }
  out += '"';
}

std::size_t json_string_size(std::string_view text) {
  std::size_t size = 2 + text.size();
  for (char const c : text) {
    char const kind = kind_of(c);
    if (kind == 'c') size += std::string_view("\b\f\n\r\t").find(c) == std::string_view::npos ? 5 : 1;
    else if (kind == '"' || kind == '\\') ++size;
  }
  return size;
}

std::optional<std::string_view> json_string_inside(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    char const kind = kind_of(text[i]);
    std::size_t length = 1;
    if (kind == '"') return text.substr(0, i);
    if (kind == 'c') return std::nullopt;
    if (kind == '\\') length = escape_length(text.substr(i));
    if (kind == 'u') length = utf8_length(text.substr(i));
    if (length == 0) return std::nullopt;
    i += length;
  }
  return std::nullopt;
}

std::optional<std::size_t> half_surrogate(std::string_view text, std::size_t at) {
  constexpr std::size_t pair_length = 12;
  auto const unit_at = [&](std::size_t i) { return i < text.size() ? code_unit(text.substr(i)) : std::nullopt; };
  for (auto i = at < pair_length ? 0 : at - pair_length; i <= at; ++i) {
    auto const unit = unit_at(i);
    auto const slashes = i - (text.substr(0, i).find_last_not_of('\\') + 1);
    if (!unit || slashes % 2 != 0) continue;  // behind an escaped backslash they are letters
    auto const second = unit_at(i + 6);
    if (leads(*unit) && second && trails(*second)) i += 6;
    else if (leads(*unit)) return i;
    else if (trails(*unit) && (i < 6 || !leads(unit_at(i - 6).value_or(0)))) return i;
  }
  return std::nullopt;
}

std::string unescape_json_string(std::string_view inside) {
  auto escape = inside.find('\\');
  if (escape == inside.npos) return std::string(inside);
  std::string out;
  out.reserve(inside.size());
  std::size_t begin = 0;
  while (escape != inside.npos) {
    out.append(inside, begin, escape - begin);
    begin = escape + append_escape(out, inside.substr(escape));
    escape = inside.find('\\', begin);
  }
  out.append(inside, begin);
  return out;
}

std::string without_nul(std::string_view text) {
  if (text.find('\0') == text.npos) return std::string(text);
  std::string out;
  for (char const c : text)
    if (c == '\0') out += replacement;
    else out += c;
  return out;
}

namespace json_text {
namespace {

constexpr std::string_view white_space = " \t\r\n";

// The length of the string that begins `text`, quotes included.
std::size_t string_length(std::string_view text) {
  for (std::size_t quote = text.find('"', 1); quote != text.npos; quote = text.find('"', quote + 1)) {
    auto const slashes = quote - 1 - text.find_last_not_of('\\', quote - 1);
    if (slashes % 2 == 0) return quote + 1;
  }
  return text.size();
}

std::size_t nested_length(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    char const c = text[at];
    if (c == '"') {
      at += string_length(text.substr(at));
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    else if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return text.size();
}

}  // namespace

std::size_t value_length(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '"') return string_length(text);
  if (text.front() == '{' || text.front() == '[') return nested_length(text);
  return std::min(text.find_first_of(" \t\r\n,}]"), text.size());
}

void skip_separator(std::string_view& text) {
  auto const skip_space = [&] { text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size())); };
  skip_space();
  if (text.empty() || (text.front() != ',' && text.front() != ':')) return;
  text.remove_prefix(1);
  skip_space();
}

}  // namespace json_text
}  // namespace sambung
