#include "provider/wires/scrubbing.hpp"

#include "core/text.hpp"

#include <sambung/core/json_codec.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace {

constexpr std::size_t max_message_bytes = 500;

bool part_of_key(char c) {
  return (c >= '0' && c <= '9') || (lower_case(c) >= 'a' && lower_case(c) <= 'z') || c == '-' || c == '_' || c == '*' ||
         c == '.';
}

// Words that vendors' keys begin with.
bool looks_like_key(std::string_view word) {
  constexpr std::array<std::string_view, 8> prefixes{"sk-", "sk_", "pk-", "AIza", "gsk_", "xai-", "hf_", "Bearer"};
  return word.size() >= 8 && std::any_of(prefixes.begin(), prefixes.end(),
                                         [&](std::string_view prefix) { return word.starts_with(prefix); });
}

// As much of a secret as tells something about it.
constexpr std::size_t telling_bytes = 8;

// The bytes at the end of `text` with which `secret` begins: of a text that was cut in the middle of it.
std::size_t begun_at_end(std::string_view text, std::string_view secret) {
  for (auto size = std::min(text.size(), secret.size()); size >= telling_bytes; --size)
    if (text.ends_with(secret.substr(0, size))) return size;
  return 0;
}

// A key so short as to tell nothing, of a server that wants none, is one only where it stands as a word.
bool is_word(std::string_view text, std::size_t at, std::size_t size) {
  bool const begins = at == 0 || !part_of_key(text[at - 1]);
  bool const ends = at + size == text.size() || !part_of_key(text[at + size]);
  return begins && ends;
}

std::string without_keys(std::string_view text) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t end = i;
    while (end < text.size() && part_of_key(text[end])) ++end;
    auto const word = text.substr(i, end - i);
    if (looks_like_key(word)) out += "[key]";
    else out += word;
    if (end < text.size()) out += text[end++];
    i = end;
  }
  return out;
}

// Printable, and cut where a character ends. Bytes that are not UTF-8 become '?'.
std::string printable(std::string_view text) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size() && out.size() < max_message_bytes) {
    auto const c = static_cast<unsigned char>(text[i]);
    std::size_t const length = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    auto const character = text.substr(i, length);
    field const unlimited;
    bool const fine = c >= 0x20 && c != 0x7F && !text_fault(character, unlimited);
    if (fine) out += character;
    else out += c < 0x20 ? ' ' : '?';
    i += fine ? length : 1;
  }
  return out;
}

}  // namespace

std::string without_secret(std::string_view text, std::string_view secret) {
  if (secret.empty()) return std::string(text);
  std::string out;
  std::size_t begin = 0;
  for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + 1)) {
    if (at < begin || (secret.size() < telling_bytes && !is_word(text, at, secret.size()))) continue;
    (out += text.substr(begin, at - begin)) += "[key]";
    begin = at + secret.size();
  }
  out += text.substr(begin);
  out.resize(out.size() - begun_at_end(out, secret));
  return out;
}

std::string scrubbed(std::string_view text, std::string_view secret) {
  // Cut first: scrubbing a megabyte to show 500 bytes is work for whoever sent it.
  return printable(without_keys(without_secret(text.substr(0, 4 * max_message_bytes), secret)));
}

}  // namespace sambung
