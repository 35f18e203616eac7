// From a host and a port to a connection.
#pragma once

#include "http/client/connection.hpp"

#include <sambung/provider/transport.hpp>

#include <string>

namespace sambung::http {

struct destination {
  std::string host;  // a name or an address, without brackets
  std::string port;
  bool tls = false;

  std::string text() const { return host + ':' + port; }
};

// How names are looked up, and which of the addresses may be connected to.
struct dial_rules {
  host_resolver resolve;  // empty: the system's
  address_filter allow;   // empty: all
};

// Looks the host up and connects to the first of its allowed addresses that answers. Nothing is said on the connection
// yet. The failures are those of transport::send.
task<result<std::unique_ptr<connection>>> dial(destination const& to, dial_rules const& rules, time_point deadline);

// Begins TLS with `host`, whose certificate must verify.
task<result<void>> shake_hands(connection& wire, destination const& to, SSL_CTX* tls, time_point deadline);

failure unreachable(destination const& to, std::string const& why);
failure too_slow(destination const& to);

}  // namespace sambung::http
