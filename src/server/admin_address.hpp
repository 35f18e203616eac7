// Where operators ask: an address and a port, or a UNIX socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

struct admin_address {
  admin_address() = default;

  std::string host;  // empty: a UNIX socket
  std::uint16_t port = 0;
  std::string path;

  // Whether only whoever is on this machine reaches it.
  bool is_local() const;
};

// "127.0.0.1:9464", "[::1]:9464", "unix:/run/sambung/admin.sock"; none for what is none of these.
std::optional<admin_address> parse_admin_address(std::string_view text);

}  // namespace sambung::serving
