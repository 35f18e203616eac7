// Addresses of email: compared in lower case. Only their rough form is checked: the proof of an address is a mail to
// it.
#pragma once

#include <optional>
#include <string>

namespace sambung {

// `typed` in the form that is stored; empty for what is no address.
std::optional<std::string> parse_address(std::string typed);

// The same; throws error(errc::invalid_argument), issue "email".
std::string normal_address(std::string typed);

}  // namespace sambung
