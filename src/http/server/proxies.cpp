#include "http/server/proxies.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace sambung::serving {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t max_hops = 32;

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

result<trusted_proxies> trusted_proxies::make(std::vector<std::string> const& networks) {
  trusted_proxies made;
  for (auto const& text : networks) {
    auto const one = ip_network::parse(text);
    if (!one) return failure(errc::invalid_argument, "not an address or a network: " + text);
    made.networks_.push_back(*one);
  }
  return made;
}

bool trusted_proxies::contains(ip::address const& address) const {
  return std::ranges::any_of(networks_, [&](ip_network const& one) { return one.contains(address); });
}

client_facts trusted_proxies::client_of(connection_peer const& peer, request_head const& head) const {
  client_facts facts{unmapped(peer.address), peer.encrypted};
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
