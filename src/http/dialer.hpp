// From a host and a port to a connection.
#pragma once

#include "http/connection.hpp"

#include <functional>
#include <string>

namespace sambung::http {

struct destination {
  std::string host;  // a name or an address, without brackets
  std::string port;
  bool tls = false;

  std::string text() const { return host + ':' + port; }
};

// Asked with host and address before connecting.
using address_filter = std::function<bool(std::string_view, std::string_view)>;

// Looks the host up, connects to its addresses in turn, and shakes hands. The failures are those of transport::send.
task<result<std::unique_ptr<connection>>> dial(destination const& to, SSL_CTX* tls, address_filter const& allowed,
                                               time_point deadline);

}  // namespace sambung::http
