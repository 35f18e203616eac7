// account_name: an account in the names of buckets and on devices: of bounded length, and it tells no address.
#pragma once

#include "core/email_address.hpp"
#include "core/sha256.hpp"
#include "core/text.hpp"

#include <string>
#include <string_view>

namespace sambung {

// Of an address of email as it is typed: every spelling of it has the same.
inline std::string account_name(std::string_view email) {
  auto const typed = trim(email, " ");
  return sha256_hex(parse_email(typed).value_or(lower_case(typed)));
}

}  // namespace sambung
