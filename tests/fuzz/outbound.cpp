// URLs, proxies and addresses: what is taken names one host, at the place where everybody else looks for it.
#include "core/ip_network.hpp"
#include "http/client/proxy.hpp"
#include "http/client/target.hpp"

#include <sambung/security/address_guard.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace http = sambung::http;

namespace {

void require(bool held) {
  if (!held) std::abort();
}

std::string_view next_line(std::string_view& rest) {
  auto const line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

void check_host(http::destination const& to) {
  require(sambung::parse_ip(to.host) || to.host.find(':') != std::string::npos || http::is_host_name(to.host));
  require(http::port_of(to.port) == to.port);
}

void check_url(std::string const& url) {
  auto const parsed = http::parse_target(url);
  if (!parsed) return;
  check_host(parsed->to);
  auto const behind = url.substr(url.find("://") + 3);
  require(behind.starts_with(parsed->authority));
  auto const after = behind.substr(parsed->authority.size());
  require(after.empty() || std::string_view("/?#").find(after.front()) != std::string_view::npos);
  require(parsed->path.starts_with('/') && parsed->path.find_first_of("\r\n ") == std::string::npos);
}

void check_bypass(std::string_view list, std::string const& host) {
  http::bypass_list const bypass(list);
  if (list.find('*') != list.npos) return;
  require(!bypass.has(host) || !list.empty());
  if (http::is_host_name(host)) require(http::bypass_list("a, ." + host).has("x." + host));
}

void check_address(std::string const& text) {
  auto const address = sambung::parse_ip(text);
  sambung::address_guard const guard;
  bool const has_zone = text.find('%') != std::string::npos;
  require(address || has_zone || !guard("any.example", text));
  if (!address) return;
  require(sambung::ip_network::parse(address->to_string())->contains(*address));
  require(guard("any.example", address->to_string()) == sambung::is_public(*address));
  require(!sambung::is_public(*address) || !(address->is_loopback() || address->is_multicast()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<char const*>(data), size);
  std::string const url(next_line(rest));
  check_url(url);
  check_url("https://" + url);
  if (auto const through = http::parse_proxy(next_line(rest))) check_host(through->at);
  auto const list = next_line(rest);
  std::string const host(rest);
  check_bypass(list, host);
  check_address(host);
  return 0;
}
