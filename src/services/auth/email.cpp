#include "services/auth/email.hpp"

#include <sambung/core/json_codec.hpp>

#include <algorithm>

namespace sambung {
namespace {

bool is_formed(std::string const& email) {
  field limits;
  limits.max_bytes = 254;  // RFC 5321, 4.5.3.1.3: a path of 256 with its brackets
  auto const at = email.find('@');
  return !text_fault(email, limits) && at != email.npos && at > 0 && at + 1 < email.size() &&
         email.find('@', at + 1) == email.npos &&
         std::ranges::none_of(email, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

}  // namespace

std::optional<std::string> parse_email(std::string typed) {
  std::ranges::transform(typed, typed.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  if (!is_formed(typed)) return std::nullopt;
  return typed;
}

std::string normal_email(std::string typed) {
  auto address = parse_email(std::move(typed));
  if (!address) throw error(failure(errc::invalid_argument, "not an email address", {{"email", "not an address"}}));
  return std::move(*address);
}

}  // namespace sambung
