// E-mail addresses: compared in lower case. Only the rough form is checked: a mail to it is the proof of an address.
#pragma once

#include <optional>
#include <string>

namespace sambung {

// `typed` in the form that is stored; empty for what is no address.
std::optional<std::string> parse_email(std::string typed);

// The same; throws error(errc::invalid_argument), issue "email".
std::string normal_email(std::string typed);

}  // namespace sambung
