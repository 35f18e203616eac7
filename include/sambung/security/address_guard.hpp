// address_guard: which addresses may be connected to on behalf of somebody who is not the operator.
//
//   sambung::address_guard guard;
//   guard.allow_host("models.internal");
//   sambung::http_transport_options options;
//   options.allow_address = guard;
#pragma once

#include <sambung/core/export.hpp>

#include <boost/asio/ip/address.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace sambung {

// Whether `address` belongs to a host of the public internet. It does not if IANA's registries of special-purpose
// addresses name it (loopback, private, link-local with the clouds' 169.254.169.254, shared 100.64.0.0/10,
// documentation, benchmarks, multicast, reserved, unspecified), if it is IPv6 outside 2000::/3 (::1, fc00::/7,
// fe80::/10, and IPv4 within IPv6: ::ffff:0:0/96, NAT64's 64:ff9b::/96) or stands for IPv4 in another way (6to4,
// Teredo), and if it is 168.63.129.16, where Azure answers its virtual machines.
SAMBUNG_API bool is_public(boost::asio::ip::address const& address);

// Public addresses, and what the operator allows besides. As http_transport_options::allow_address it is asked about
// the resolved addresses, so that neither another spelling nor a name that changes its address gets around it.
//
// Use it for a URL that a user or a tenant gave. One that the operator configured, such as OLLAMA_HOST, is allowed its
// own host: its transport needs no guard, or a guard with that host allowed.
// Thread safety: const is safe from any thread. Copies are independent.
class SAMBUNG_API address_guard {
 public:
  address_guard();

  // `host` as URLs name it ("localhost", "models.internal", "10.1.2.3"), whatever its addresses are. Not its
  // subdomains.
  address_guard& allow_host(std::string_view host);

  // "10.0.0.0/8", "2001:db8::/32", "192.0.2.7". Of NAT64's 64:ff9b::/96 (RFC 6052) those addresses alone
  // whose IPv4 address is public, or in a network that is allowed, too. Throws error(errc::invalid_argument) for what
  // is none.
  address_guard& allow_network(std::string_view network);

  bool allows(std::string_view host, boost::asio::ip::address const& address) const;

  // The same for an address as text; false for what is none.
  bool operator()(std::string_view host, std::string_view address) const;

 private:
  struct exceptions;
  std::shared_ptr<exceptions const> exceptions_;
};

}  // namespace sambung
