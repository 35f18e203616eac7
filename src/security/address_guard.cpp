#include <sambung/security/address_guard.hpp>

#include <sambung/core/error.hpp>

#include "core/ip_network.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace sambung {
namespace {

namespace ip = boost::asio::ip;

struct block {
  char const* address;
  unsigned bits;
};

// https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast
constexpr std::array<block, 17> special_v4{{
    {"0.0.0.0", 8},         // this network
    {"10.0.0.0", 8},        // private
    {"100.64.0.0", 10},     // shared between a carrier and its customers
    {"127.0.0.0", 8},       // loopback
    {"168.63.129.16", 32},  // Azure, to its own machines only
    {"169.254.0.0", 16},    // link-local
    {"172.16.0.0", 12},     // private
    {"192.0.0.0", 24},      // protocol assignments
    {"192.0.2.0", 24},      // documentation
    {"192.31.196.0", 24},   // AS112
    {"192.52.193.0", 24},   // AMT
    {"192.88.99.0", 24},    // 6to4 relays
    {"192.168.0.0", 16},    // private
    {"198.18.0.0", 15},     // benchmarks
    {"198.51.100.0", 24},   // documentation
    {"203.0.113.0", 24},    // documentation
    {"224.0.0.0", 3},       // multicast, reserved, broadcast
}};

constexpr block global_v6{"2000::", 3};

// https://www.iana.org/assignments/iana-ipv6-special-registry, what is within global_v6
constexpr std::array<block, 5> special_v6{{
    {"2001::", 23},          // protocol assignments; Teredo
    {"2001:db8::", 32},      // documentation
    {"2002::", 16},          // 6to4
    {"2620:4f:8000::", 48},  // AS112
    {"3fff::", 20},          // documentation
}};

ip_network network_of(block const& one) { return ip_network(ip::make_address(one.address), one.bits); }

template <std::size_t N>
std::vector<ip_network> networks_of(std::array<block, N> const& blocks) {
  std::vector<ip_network> all;
  for (auto const& one : blocks) all.push_back(network_of(one));
  return all;
}

// What a translator of RFC 6052's prefix connects to for an address.
std::optional<ip::address> behind_nat64(ip::address const& address) {
  static ip_network const prefix = network_of({"64:ff9b::", 96});
  if (!prefix.contains(address)) return std::nullopt;
  auto const bytes = address.to_v6().to_bytes();
  return ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

bool any_contains(std::vector<ip_network> const& networks, ip::address const& address) {
  return std::ranges::any_of(networks, [&](ip_network const& one) { return one.contains(address); });
}

std::string normal_host(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string lower(host);
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
  return lower;
}

}  // namespace

bool is_public(ip::address const& address) {
  static auto const v4 = networks_of(special_v4);
  static auto const v6 = networks_of(special_v6);
  static auto const global = network_of(global_v6);
  if (address.is_v4()) return !any_contains(v4, address);
  return global.contains(address) && !any_contains(v6, address);
}

struct address_guard::exceptions {
  std::vector<std::string> hosts;
  std::vector<ip_network> networks;
};

address_guard::address_guard() : exceptions_(std::make_shared<exceptions const>()) {}

address_guard& address_guard::allow_host(std::string_view host) {
  auto more = std::make_shared<exceptions>(*exceptions_);
  more->hosts.push_back(normal_host(host));
  exceptions_ = std::move(more);
  return *this;
}

address_guard& address_guard::allow_network(std::string_view network) {
  auto const parsed = ip_network::parse(network);
  if (!parsed) throw error(errc::invalid_argument, "not an address or a network: " + std::string(network));
  auto more = std::make_shared<exceptions>(*exceptions_);
  more->networks.push_back(*parsed);
  exceptions_ = std::move(more);
  return *this;
}

bool address_guard::allows(std::string_view host, ip::address const& address) const {
  auto const& [hosts, networks] = *exceptions_;
  if (std::ranges::find(hosts, normal_host(host)) != hosts.end()) return true;
  if (is_public(address)) return true;
  if (!any_contains(networks, address)) return false;
  auto const translated = behind_nat64(address);
  return !translated || is_public(*translated) || any_contains(networks, *translated);
}

bool address_guard::operator()(std::string_view host, std::string_view address) const {
  if (address.find('\0') != address.npos) return false;  // Asio reads up to there only
  boost::system::error_code fault;
  auto const parsed = ip::make_address(std::string(address), fault);
  return !fault && allows(host, parsed);
}

}  // namespace sambung
