#include "http/server/base_url.hpp"

#include "core/text.hpp"

#include <boost/url/parse.hpp>

namespace sambung::serving {

std::optional<base_url> parse_base_url(std::string_view text) {
  auto const url = boost::urls::parse_uri(text);
  if (!url || url->host().empty() || url->has_query() || url->has_fragment() || url->has_userinfo())
    return std::nullopt;
  auto const path = std::string(url->encoded_path());
  auto const scheme = lower_case(std::string(url->scheme()));
  if ((scheme != "https" && scheme != "http") || (!path.empty() && path != "/")) return std::nullopt;
  base_url made;
  made.https = scheme == "https";
  made.host = lower_case(std::string(url->encoded_host()));
  std::string const port(url->port());
  if (!port.empty() && port != (made.https ? "443" : "80")) made.host += ':' + port;
  made.origin = scheme + "://" + made.host;
  return made;
}

}  // namespace sambung::serving
