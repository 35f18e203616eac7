// Addresses as typed: what is taken has one form, in which it stays, and which is text.
#include "core/email_address.hpp"

#include <sambung/core/json_codec.hpp>

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const typed(reinterpret_cast<char const*>(data), size);
  (void)sambung::spelled_email(typed);
  auto const form = sambung::parse_email(typed);
  if (!form) return 0;
  if (sambung::text_fault(*form, sambung::field())) std::abort();
  if (sambung::parse_email(*form) != form) std::abort();
  return 0;
}
