#include <sambung/core/binary.hpp>

#include <array>
#include <cstdint>

namespace sambung {
namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::uint8_t no_digit = 0xFF;

using digit_values = std::array<std::uint8_t, 256>;

constexpr digit_values values_of(std::string_view digits) {
  digit_values values{};
  for (auto& one : values) one = no_digit;
  for (std::size_t i = 0; i < digits.size(); ++i)
    values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  return values;
}

constexpr digit_values hex_values() {
  auto values = values_of(hex_digits);
  for (std::size_t i = 10; i < 16; ++i)
    values[static_cast<unsigned char>("ABCDEF"[i - 10])] = static_cast<std::uint8_t>(i);
  return values;
}

constexpr digit_values of_base64 = values_of(base64_digits);
constexpr digit_values of_hex = hex_values();

std::uint8_t value_of(digit_values const& values, char digit) { return values[static_cast<unsigned char>(digit)]; }

std::uint32_t group_at(binary const& bytes, std::size_t at) {
  std::uint32_t bits = 0;
  for (std::size_t i = at; i < at + 3; ++i)
    bits = bits << 8 | (i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i]) : 0);
  return bits;
}

// How many bytes the last four digits are.
std::size_t bytes_at_end(std::string_view text) {
  if (!text.ends_with('=')) return 3;
  return text.ends_with("==") ? 1 : 2;
}

}  // namespace

std::string to_base64(binary const& bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    auto const bits = group_at(bytes, at);
    auto const digits = bytes.size() - at == 1 ? 2 : bytes.size() - at == 2 ? 3 : 4;
    for (int i = 0; i < 4; ++i) text += i < digits ? base64_digits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

std::optional<binary> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  binary bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    auto const four = text.substr(at, 4);
    auto const count = at + 4 == text.size() ? bytes_at_end(four) : 3;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      auto const digit = i > count ? std::uint8_t(0) : value_of(of_base64, four[i]);
      if (digit == no_digit) return std::nullopt;
      bits = bits << 6 | digit;
    }
    if ((bits & ((1U << (24 - 8 * count)) - 1)) != 0) return std::nullopt;
    for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::byte>(bits >> (16 - 8 * i) & 0xFF));
  }
  return bytes;
}

std::string to_hex(binary const& bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (auto const byte : bytes) {
    auto const value = std::to_integer<std::uint8_t>(byte);
    text += hex_digits[value >> 4];
    text += hex_digits[value & 15];
  }
  return text;
}

std::optional<binary> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  binary bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    auto const high = value_of(of_hex, text[at]);
    auto const low = value_of(of_hex, text[at + 1]);
    if (high == no_digit || low == no_digit) return std::nullopt;
    bytes.push_back(static_cast<std::byte>(high << 4 | low));
  }
  return bytes;
}

}  // namespace sambung
