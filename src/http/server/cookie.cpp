#include "http/server/cookie.hpp"

#include "core/percent.hpp"

#include <algorithm>

namespace sambung::serving {
namespace {

// Section 4.1.1: visible ASCII but quotes, comma, semicolon and backslash.
bool is_cookie_octet(char c) { return c > 0x20 && c < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\'; }

bool is_text(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
}

// The value as sent.
std::optional<std::string_view> raw_value(std::string_view header, std::string_view name) {
  for (std::size_t begin = 0; begin <= header.size();) {
    auto const end = std::min(header.find(';', begin), header.size());
    auto pair = header.substr(begin, end - begin);
    if (begin > 0 && pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_cookie(std::string_view header, std::string_view name) {
  auto const raw = raw_value(header, name);
  if (!raw || raw->empty() || raw->size() > max_cookie_value_bytes) return std::nullopt;
  if (!std::all_of(raw->begin(), raw->end(), is_cookie_octet)) return std::nullopt;
  auto value = percent_decode(*raw);
  return value && is_text(*value) ? value : std::nullopt;
}

bool has_cookie(std::string_view header, std::string_view name) { return raw_value(header, name).has_value(); }

std::string encode_cookie_value(std::string_view value) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(value.size() + 16);
  for (char const c : value) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace sambung::serving
