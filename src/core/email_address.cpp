#include "core/email_address.hpp"

#include "core/case_folding.hpp"
#include "core/text.hpp"

#include <sambung/core/json_codec.hpp>

#include <idn2.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace sambung {
namespace {

constexpr std::size_t max_bytes = 254;  // RFC 5321, 4.5.3.1.3: a path of 256 with its brackets

struct freed {
  void operator()(void* memory) const { std::free(memory); }
};
template <class T>
using c_memory = std::unique_ptr<T, freed>;

bool is_formed(std::string_view email) {
  field limits;
  limits.max_bytes = max_bytes;
  auto const at = email.find('@');
  return !text_fault(email, limits) && at != email.npos && at > 0 && at + 1 < email.size() &&
         email.find('@', at + 1) == email.npos &&
         std::ranges::none_of(email, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c >= 0x80; });
}

bool is_of_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_plain(std::string_view domain) { return is_ascii(domain) && domain.find("xn--") == domain.npos; }

// What a name server knows is asked of no other domains: a company's own "mail_host" is one.
std::optional<std::string> domain_of(std::string_view typed) {
  auto const text = lower_case(typed);
  if (is_plain(text)) return text;
  char* made = nullptr;
  if (idn2_to_ascii_8z(text.c_str(), &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) return std::nullopt;
  c_memory<char> const ascii(made);
  // libidn2's own check of this leaves out what it would refuse.
  if (!std::ranges::all_of(std::string_view(ascii.get()), is_of_a_name)) return std::nullopt;
  made = nullptr;
  if (idn2_to_unicode_8z8z(ascii.get(), &made, 0) != IDN2_OK) return std::nullopt;
  c_memory<char> const letters(made);
  return std::string(letters.get());
}

std::optional<std::string> form_of(std::string_view typed) {
  if (!is_formed(typed)) return std::nullopt;
  auto const at = typed.find('@');
  auto local = case_folded(typed.substr(0, at));
  auto const domain = domain_of(typed.substr(at + 1));
  if (!local || !domain) return std::nullopt;
  auto email = std::move(*local) + '@' + *domain;
  return is_formed(email) ? std::optional(std::move(email)) : std::nullopt;
}

}  // namespace

// Some labels of IDNA are letters that have another form, or none: what is stored must be found by itself.
std::optional<std::string> parse_email(std::string_view typed) {
  auto form = form_of(typed);
  if (!form || form_of(*form) != form) return std::nullopt;
  return form;
}

std::optional<std::string> spelled_email(std::string_view typed) {
  auto email = lower_case(typed);
  return is_formed(email) ? std::optional(std::move(email)) : std::nullopt;
}

}  // namespace sambung
