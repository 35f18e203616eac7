// The public address of a deployment: what browsers have in their address bar.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

struct base_url {
  bool https = false;
  std::string host;    // with its port unless that is the scheme's own; in lower case
  std::string origin;  // as browsers send it
};

// "https://chat.example.com" or "http://localhost:8787", perhaps with a slash behind it. Empty for anything else: a
// path, a query, a name within.
std::optional<base_url> parse_base_url(std::string_view text);

}  // namespace sambung::serving
