#include "server/proxies.hpp"

#include <algorithm>
#include <charconv>

namespace sambung::serving {
namespace {

namespace ip = boost::asio::ip;
using bytes = ip::address_v6::bytes_type;

constexpr std::size_t max_address_bytes = 45;  // INET6_ADDRSTRLEN without its NUL
constexpr unsigned v4_offset = 96;             // of an IPv4 address within a mapped one
constexpr std::size_t max_hops = 32;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

ip::address plain(ip::address const& address) {
  if (!address.is_v6()) return address;
  auto const six = address.to_v6();
  if (!six.is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, six);
}

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

// The items of a list that may be spread over several fields, from the last to the first.
class backward_list {
 public:
  backward_list(request_head const& head, std::string_view name)
      : head_(head), name_(name), left_(head.fields.size()) {}

  std::optional<std::string_view> next() {
    if (!within_ && !previous_field()) return std::nullopt;
    auto const comma = rest_.rfind(',');
    within_ = comma != rest_.npos;
    auto const item = within_ ? rest_.substr(comma + 1) : rest_;
    if (within_) rest_ = rest_.substr(0, comma);
    return trim(item);
  }

 private:
  bool previous_field() {
    while (left_ > 0) {
      auto const& field = head_.fields[--left_];
      if (!equals_ignoring_case(field.name, name_)) continue;
      rest_ = field.value;
      return true;
    }
    return false;
  }

  request_head const& head_;
  std::string_view name_;
  std::size_t left_;
  std::string_view rest_;  // of the field that is read
  bool within_ = false;
};

}  // namespace

std::optional<ip::address> parse_ip(std::string_view text) {
  if (text.empty() || text.size() > max_address_bytes || text.find('%') != text.npos) return std::nullopt;
  boost::system::error_code fault;
  auto const address = ip::make_address(std::string(text), fault);
  if (fault) return std::nullopt;
  return plain(address);
}

std::string rate_name(ip::address const& address) {
  auto const known = plain(address);
  if (known.is_v4()) return known.to_string();
  return ip::address_v6(masked(known.to_v6().to_bytes(), 64)).to_string() + "/64";
}

std::optional<trusted_proxies::network> trusted_proxies::parse_network(std::string_view text) {
  auto const slash = text.find('/');
  auto const address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  unsigned const offset = address->is_v4() ? v4_offset : 0;
  unsigned const width = 128 - offset;
  unsigned bits = width;
  if (slash != text.npos) {
    auto const digits = text.substr(slash + 1);
    auto const [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (fault != std::errc() || end != digits.data() + digits.size() || bits > width) return std::nullopt;
  }
  network const made{widened(*address), bits + offset};
  if (masked(made.address, made.bits) != made.address) return std::nullopt;
  return made;
}

result<trusted_proxies> trusted_proxies::make(std::vector<std::string> const& networks) {
  trusted_proxies made;
  for (auto const& text : networks) {
    auto const one = parse_network(text);
    if (!one) return failure(errc::invalid_argument, "not an address or a network: " + text);
    made.networks_.push_back(*one);
  }
  return made;
}

bool trusted_proxies::contains(ip::address const& address) const {
  if (networks_.empty()) return false;
  auto const wide = widened(address);
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](network const& one) { return masked(wide, one.bits) == one.address; });
}

client_facts trusted_proxies::client_of(connection_peer const& peer, request_head const& head) const {
  client_facts facts{plain(peer.address), peer.encrypted};
  if (!contains(facts.address)) return facts;
  backward_list hops(head, "x-forwarded-for");
  for (std::size_t count = 0; count < max_hops; ++count) {
    auto const hop = hops.next();
    auto const address = hop ? parse_ip(*hop) : std::nullopt;
    if (!address) break;
    facts.address = *address;
    if (!contains(*address)) break;
  }
  if (auto const scheme = backward_list(head, "x-forwarded-proto").next())
    facts.https = equals_ignoring_case(*scheme, "https");
  return facts;
}

}  // namespace sambung::serving
