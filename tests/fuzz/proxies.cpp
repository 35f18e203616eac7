// Forwarding headers: whatever they say, a client is the peer or an address that a trusted proxy wrote.
#include "http/server/proxies.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace serving = sambung::serving;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static auto const proxies = serving::trusted_proxies::make({"10.0.0.0/8", "2001:db8::/32"}).value();
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  auto const cut = bytes.find('\n');
  auto const list = bytes.substr(0, cut);
  serving::request_head head;
  head.fields = {{"X-Forwarded-For", list}, {"x-forwarded-proto", cut == bytes.npos ? list : bytes.substr(cut + 1)}};
  serving::connection_peer peer;
  peer.address = boost::asio::ip::make_address("203.0.113.1");
  if (proxies.client_of(peer, head).address != peer.address) std::abort();
  peer.address = boost::asio::ip::make_address("10.0.0.1");
  auto const client = proxies.client_of(peer, head);
  if (client.address != peer.address && !sambung::parse_ip(client.address.to_string())) std::abort();
  sambung::rate_name(client.address);
  if (auto const made = serving::trusted_proxies::make({std::string(list)}))
    if (made->contains(peer.address) && made->contains(boost::asio::ip::make_address("2001:db8::1"))) std::abort();
  return 0;
}
