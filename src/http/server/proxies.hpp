// Where a request really came from, when proxies stand before this server.
#pragma once

#include "core/ip_network.hpp"
#include "http/server/request_head.hpp"

#include <sambung/core/error.hpp>

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sambung::serving {

// The two ends of a connection, as this server sees them.
struct connection_peer {
  boost::asio::ip::address address;
  bool encrypted = false;  // by TLS that ends here
};

// Who asks, as far as what was sent may be believed.
struct client_facts {
  boost::asio::ip::address address;
  bool https = false;
};

// The networks whose forwarding headers count. Thread safety: const is safe from any thread.
class trusted_proxies {
 public:
  // Nobody.
  trusted_proxies() = default;

  // "192.0.2.7", "10.0.0.0/8", "2001:db8::/32". errc::invalid_argument for what is none of these, and for a network
  // whose address has bits behind its prefix.
  static result<trusted_proxies> make(std::vector<std::string> const& networks);

  bool contains(boost::asio::ip::address const& address) const;

  // The peer itself unless it is trusted; then the rightmost address of X-Forwarded-For that is not, and https as the
  // rightmost X-Forwarded-Proto says. What stands further left was written by anybody, so the walk ends where there is
  // no address.
  client_facts client_of(connection_peer const& peer, request_head const& head) const;

 private:
  std::vector<ip_network> networks_;
};

}  // namespace sambung::serving
