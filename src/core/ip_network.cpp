#include "core/ip_network.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <string>

namespace sambung {
namespace {

namespace ip = boost::asio::ip;
using bytes = ip::address_v6::bytes_type;

constexpr std::size_t max_address_bytes = 45;  // INET6_ADDRSTRLEN without its NUL
constexpr unsigned v4_offset = 96;             // of an IPv4 address within a mapped one

unsigned offset_of(ip::address const& address) { return address.is_v4() ? v4_offset : 0; }

bytes widened(ip::address const& address) {
  if (address.is_v6()) return address.to_v6().to_bytes();
  return ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

// `address` with everything behind the first `bits` cleared.
bytes masked(bytes address, unsigned bits) {
  for (unsigned i = 0; i < address.size(); ++i) {
    unsigned const kept = bits > 8 * i ? std::min(bits - 8 * i, 8u) : 0;
    address[i] &= static_cast<unsigned char>(0xFF00u >> kept);
  }
  return address;
}

}  // namespace

std::optional<ip::address> parse_ip(std::string_view text) {
  if (text.empty() || text.size() > max_address_bytes) return std::nullopt;
  // No zones; and Asio reads up to a NUL only.
  if (text.find('%') != text.npos || text.find('\0') != text.npos) return std::nullopt;
  boost::system::error_code fault;
  auto const address = ip::make_address(std::string(text), fault);
  if (fault) return std::nullopt;
  return unmapped(address);
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;  // RFC 6761, 6.3
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  auto const address = parse_ip(host);
  return address && address->is_loopback();
}

ip::address unmapped(ip::address const& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::string rate_name(ip::address const& address) {
  auto const known = unmapped(address);
  if (known.is_v4()) return known.to_string();
  return ip::address_v6(masked(known.to_v6().to_bytes(), 64)).to_string() + "/64";
}

ip_network::ip_network(ip::address const& address, unsigned bits) : bits_(std::min(offset_of(address) + bits, 128u)) {
  address_ = masked(widened(address), bits_);
}

std::optional<ip_network> ip_network::parse(std::string_view text) {
  auto const made = around(text);
  auto const address = parse_ip(text.substr(0, text.find('/')));
  if (!made || made->address_ != widened(*address)) return std::nullopt;
  return made;
}

std::optional<ip_network> ip_network::around(std::string_view text) {
  auto const slash = text.find('/');
  auto const address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  unsigned const width = 128 - offset_of(*address);
  unsigned bits = width;
  if (slash != text.npos) {
    auto const given = whole_number<unsigned>(text.substr(slash + 1));
    if (!given || *given > width) return std::nullopt;
    bits = *given;
  }
  return ip_network(*address, bits);
}

bool ip_network::is_sweeping() const {
  auto const v4 = ip_network::parse("0.0.0.0/0");
  if (bits_ >= v4->bits_ && masked(address_, v4->bits_) == v4->address_) return bits_ < v4->bits_ + 8;
  bool const is_private = (address_[0] & 0xFE) == 0xFC && bits_ >= 7;  // RFC 4193
  return bits_ < 16 && !is_private;
}

bool ip_network::contains(ip::address const& address) const {
  if (bits_ < v4_offset && unmapped(address).is_v4()) return false;
  return masked(widened(address), bits_) == address_;
}

}  // namespace sambung
