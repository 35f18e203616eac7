// Cookies: a value that is found is text within its bounds, and what is written is read back.
#include "http/server/cookie.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace serving = sambung::serving;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  auto const is_text = [](std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  };
  auto const value = serving::find_cookie(bytes, "s");
  if (value && (value->size() > serving::max_cookie_value_bytes || !is_text(*value))) std::abort();
  if (value && !serving::has_cookie(bytes, "s")) std::abort();
  auto const written = "s=" + serving::encode_cookie_value(bytes);
  bool const fits = size > 0 && written.size() - 2 <= serving::max_cookie_value_bytes && is_text(bytes);
  if (serving::find_cookie(written, "s").value_or("") != (fits ? std::string(bytes) : "")) std::abort();
  return 0;
}
