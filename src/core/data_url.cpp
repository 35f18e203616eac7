#include "core/data_url.hpp"

#include "core/text.hpp"

#include <openssl/evp.h>

namespace sambung {
namespace {

std::optional<int> hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower_case(c);
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  if (text.find('%') == text.npos) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    auto const high = i + 2 < text.size() ? hex(text[i + 1]) : std::nullopt;
    auto const low = high ? hex(text[i + 2]) : std::nullopt;
    if (!low) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

unsigned char const* unsigned_bytes(std::string const& text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

}  // namespace

std::optional<data_url> parse_data_url(std::string_view url) {
  constexpr std::string_view scheme = "data:";
  if (lower_case(url.substr(0, scheme.size())) != scheme) return std::nullopt;
  url.remove_prefix(scheme.size());
  auto const comma = url.find(',');
  if (comma == url.npos) return std::nullopt;
  auto const head = lower_case(url.substr(0, comma));
  auto payload = percent_decoded(url.substr(comma + 1));
  if (!payload) return std::nullopt;
  auto type = head.substr(0, head.find(';'));
  return data_url{type.empty() ? "text/plain" : std::move(type), std::move(*payload), head.ends_with(";base64")};
}

std::string base64_of(data_url url) {
  if (url.base64) return std::move(url.payload);
  std::string out((url.payload.size() + 2) / 3 * 4 + 1, '\0');  // one more for the NUL that OpenSSL writes
  auto const size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), unsigned_bytes(url.payload),
                                    static_cast<int>(url.payload.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::optional<std::string> bytes_of(data_url url) {
  if (!url.base64) return std::move(url.payload);
  auto& text = url.payload;
  while (text.ends_with('=')) text.pop_back();
  auto const rest = text.size() % 4;
  if (rest == 1 || text.find('=') != text.npos) return std::nullopt;
  auto const padding = (4 - rest) % 4;
  text.append(padding, '=');
  std::string out(text.size() / 4 * 3, '\0');
  auto const size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), unsigned_bytes(text),
                                    static_cast<int>(text.size()));
  if (size < static_cast<int>(padding)) return std::nullopt;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

}  // namespace sambung
