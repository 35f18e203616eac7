// IP addresses and networks as text.
#pragma once

#include <sambung/core/export.hpp>

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// An address: no zone, no port, no brackets, IPv4 as four decimal numbers. IPv4 within IPv6 (::ffff:192.0.2.1) is IPv4.
SAMBUNG_API std::optional<boost::asio::ip::address> parse_ip(std::string_view text);

// `address`, or the IPv4 address that is mapped into it.
SAMBUNG_API boost::asio::ip::address unmapped(boost::asio::ip::address const& address);

// Whether `host`, a name or an address as URLs have it, is this machine to itself.
SAMBUNG_API bool is_loopback_host(std::string_view host);

// What limits by address tell apart: an IPv4 address, or the 64 bits of IPv6 that one subscriber has.
SAMBUNG_API std::string rate_name(boost::asio::ip::address const& address);

// Addresses with the same first bits.
class SAMBUNG_API ip_network {
 public:
  // The addresses that share so many bits with `address`: 32 at most for IPv4, 128 for IPv6.
  ip_network(boost::asio::ip::address const& address, unsigned bits);

  // "192.0.2.7", "10.0.0.0/8", "2001:db8::/32". Empty for what is none of these, and for an address with bits behind
  // its prefix.
  static std::optional<ip_network> parse(std::string_view text);

  // The same, whatever stands behind the prefix.
  static std::optional<ip_network> around(std::string_view text);

  // IPv4 within IPv6 is IPv4, which no network of IPv6 contains: "::/0" is all of IPv6.
  bool contains(boost::asio::ip::address const& address) const;

  // Whether it is more than one party's: of IPv4 wider than a /8; of IPv6 wider than a /16, unless it is private.
  bool is_sweeping() const;

 private:
  boost::asio::ip::address_v6::bytes_type address_;
  unsigned bits_;  // of the address in its IPv6 form
};

}  // namespace sambung
