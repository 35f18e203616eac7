// What a URL asks for, parsed once: the host that is checked is the host that is connected to.
#pragma once

#include "http/client/dialer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sambung::http {

struct target {
  destination to;
  std::string authority;
  std::string path;
};

// errc::invalid_argument for what is no http: or https: URL with a host and without user name and password. A host is
// an IPv6 address in brackets, four decimal numbers or a name of letters, digits, '-', '_' and '.' that does not end in
// a number: so there are no other spellings of addresses (octal, hexadecimal, one number, percent-encoded, with a zone)
// that somebody behind us reads differently. Names beyond ASCII are written in their xn-- form.
SAMBUNG_API result<target> parse_target(std::string const& url);

// From 1 to 65535, without zeros in front; Boost.URL would take larger ones modulo 65536.
std::optional<std::string> port_of(std::string_view digits);

// Whether `name`, as it stands in a URL, is a name in this sense.
bool is_host_name(std::string_view name);

}  // namespace sambung::http
