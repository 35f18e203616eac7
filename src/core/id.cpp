#include <sambung/core/error.hpp>
#include <sambung/core/id.hpp>

#include "core/sha256.hpp"
#include "core/short_text.hpp"

namespace sambung {
namespace {

// What an id of version 7 has for its time.
constexpr std::size_t time_bytes = 6;
constexpr std::int64_t time_limit = std::int64_t(1) << 48;

constexpr bool dash_at(std::size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

std::optional<unsigned> nibble(char c) {
  if (c >= '0' && c <= '9') return unsigned(c - '0');
  if (c >= 'a' && c <= 'f') return unsigned(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return unsigned(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

short_text short_text_of(uuid const& id) noexcept {
  static constexpr char digits[] = "0123456789abcdef";
  short_text text;
  auto* to = text.characters.data();
  auto const* byte = id.bytes.data();
  for (int const bytes : {4, 2, 2, 2, 6}) {
    if (byte != id.bytes.data()) *to++ = '-';
    for (auto const* const end = byte + bytes; byte != end; ++byte) {
      *to++ = digits[*byte >> 4];
      *to++ = digits[*byte & 15];
    }
  }
  text.size = static_cast<std::size_t>(to - text.characters.data());
  return text;
}

std::string to_string(uuid const& id) { return std::string(short_text_of(id).view()); }

std::optional<uuid> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  uuid id;
  std::size_t digit = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (dash_at(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    auto const value = nibble(text[i]);
    if (!value) return std::nullopt;
    auto& byte = id.bytes[digit / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | *value);
    ++digit;
  }
  return id;
}

uuid id_at(timestamp time, std::string_view cause) {
  auto const since = time.time_since_epoch().count();
  if (since < 0 || since >= time_limit) throw error(errc::invalid_argument, "no id can be of that time");
  auto const hash = sha256(cause);
  uuid id;
  for (std::size_t i = 0; i < time_bytes; ++i) id.bytes[i] = static_cast<std::uint8_t>(since >> (40 - 8 * i));
  // 4 bits of version and 12 of the hash, 2 of variant and 62 of the hash.
  for (std::size_t i = time_bytes; i < id.bytes.size(); ++i) id.bytes[i] = hash[i - time_bytes];
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | (id.bytes[6] & 0x0f));
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

}  // namespace sambung
