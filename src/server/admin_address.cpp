#include "server/admin_address.hpp"

#include "core/ip_network.hpp"
#include "core/text.hpp"

#include <sys/un.h>

namespace sambung::serving {
namespace {

constexpr std::string_view socket_scheme = "unix:";

std::optional<admin_address> socket_address(std::string_view path) {
  if (!path.starts_with('/') || path.ends_with('/') || path.size() >= sizeof(sockaddr_un::sun_path) ||
      path.find('\0') != path.npos)
    return std::nullopt;
  admin_address out;
  out.path = path;
  return out;
}

}  // namespace

bool admin_address::is_local() const { return host.empty() || is_loopback_host(host); }

std::optional<admin_address> parse_admin_address(std::string_view text) {
  if (text.starts_with(socket_scheme)) return socket_address(text.substr(socket_scheme.size()));
  auto const colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return std::nullopt;
  auto host = text.substr(0, colon);
  auto const port = whole_number<std::uint16_t>(text.substr(colon + 1));
  bool const bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  bool const is_v6 = host.find(':') != host.npos;
  if (!port || host.empty() || is_v6 != bracketed || (is_v6 && !parse_ip(host))) return std::nullopt;
  if (host.find_first_of("/@ ?#\\[]") != host.npos) return std::nullopt;
  admin_address out;
  out.host = host;
  out.port = *port;
  return out;
}

}  // namespace sambung::serving
