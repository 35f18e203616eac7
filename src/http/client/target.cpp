#include "http/client/target.hpp"

#include "core/text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cstdint>

namespace sambung::http {
namespace {

constexpr std::size_t max_name_bytes = 254;  // with a dot at its end

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_number(std::string_view label) {
  if (label.starts_with("0x") || label.starts_with("0X")) return std::ranges::all_of(label.substr(2), is_hex_digit);
  return std::ranges::all_of(label, is_digit);
}

bool is_usable_host(boost::urls::url_view const& url) {
  // Boost 1.81 takes "http://192.0.2.1.example/" for the address and a path ".example/".
  auto const target = url.encoded_target();
  if (!target.empty() && target.front() != '/' && target.front() != '?') return false;
  switch (url.host_type()) {
    case boost::urls::host_type::ipv4:
    case boost::urls::host_type::ipv6:
      return true;
    case boost::urls::host_type::name:
      return is_host_name(std::string_view(url.encoded_host().data(), url.encoded_host().size()));
    default:
      return false;
  }
}

}  // namespace

std::optional<std::string> port_of(std::string_view digits) {
  auto const number = whole_number<std::uint16_t>(digits);
  if (!number || *number == 0) return std::nullopt;
  return std::to_string(*number);
}

bool is_host_name(std::string_view name) {
  if (name.size() > max_name_bytes) return false;
  auto const usable = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; };
  if (!std::ranges::all_of(name, usable)) return false;
  if (name.ends_with('.')) name.remove_suffix(1);
  auto const dot = name.rfind('.');
  return !name.empty() && !is_number(dot == name.npos ? name : name.substr(dot + 1));
}

result<target> parse_target(std::string const& url) {
  auto const refuse = [](char const* why) {
    return failure(errc::invalid_argument, std::string("the provider's URL ") + why);
  };
  auto const parsed = boost::urls::parse_uri(url);
  if (!parsed) return refuse("is not a URL");
  bool const tls = parsed->scheme_id() == boost::urls::scheme::https;
  if (!tls && parsed->scheme_id() != boost::urls::scheme::http) return refuse("must begin with http: or https:");
  if (parsed->has_userinfo()) return refuse("must not hold a user name or password");
  if (parsed->host().empty()) return refuse("has no host");
  if (!is_usable_host(*parsed)) return refuse("has a host that is neither a name nor an address");
  auto const port = parsed->has_port() ? port_of(std::string(parsed->port())) : tls ? "443" : "80";
  if (!port) return refuse("has no usable port");
  target out;
  out.to.tls = tls;
  out.to.host = parsed->host_address();
  out.to.port = *port;
  out.authority = parsed->encoded_host_and_port();
  out.path = parsed->encoded_target();
  if (!out.path.starts_with('/')) out.path.insert(0, 1, '/');
  return out;
}

}  // namespace sambung::http
