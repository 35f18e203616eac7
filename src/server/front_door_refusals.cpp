#include "carriers/better_auth/better_auth_carrier.hpp"
#include "core/ip_network.hpp"
#include "core/storable.hpp"
#include "server/front_door.hpp"
#include "server/handshake.hpp"

#include <algorithm>

namespace sambung::serving {
namespace {

constexpr std::size_t max_coding_bytes = 64;

// The name in "name:port", "[::1]:port" or "name"; what is no port stays part of the name.
std::string_view without_port(std::string_view host) {
  auto const colon = host.rfind(':');
  if (colon == host.npos || host.find(']', colon) != host.npos) return host;
  auto const port = host.substr(colon + 1);
  bool const digits = std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? host.substr(0, colon) : host;
}

bool is_json(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return equals_ignoring_case(type, "application/json");
}

bool has_body(request_head const& head) { return head.chunked || head.content_length.value_or(0) > 0; }

// Orchestrators and monitors ask for the state of a machine under its address. A page elsewhere cannot: a name that it
// has bound to the address stays a name.
bool is_probe(route const& to, std::string_view host) {
  if (to.where != destination::alive && to.where != destination::ready) return false;
  auto name = without_port(host);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  return parse_ip(name).has_value();
}

// RFC 9110, 8.4: how the body is packed; empty for one that is as it is.
std::string_view coding_of(request_head const& head) {
  auto const coding = head.value("content-encoding");
  return equals_ignoring_case(coding, "identity") ? std::string_view() : coding;
}

http_response unread_coding(error_form const& form, std::string_view coding, std::string_view request_id) {
  std::string named(coding.substr(0, max_coding_bytes));
  make_storable(named);
  auto response = protocol_error(
      form, 415, "a body in the content-encoding " + named + " is not read here: send it as it is", request_id);
  response.headers = "Accept-Encoding: identity\r\n";
  return response;
}

}  // namespace

bool is_allowed_host(std::string_view host, std::vector<std::string> const& allowed) {
  auto const name = without_port(host);
  for (std::string_view loopback : {"localhost", "127.0.0.1", "[::1]"})
    if (equals_ignoring_case(name, loopback)) return true;
  return std::any_of(allowed.begin(), allowed.end(), [&](std::string const& one) {
    return equals_ignoring_case(host, one) || (without_port(one) == one && equals_ignoring_case(name, one));
  });
}

// What another site may have sent is refused before anybody asks who is signed in.
std::optional<http_response> front_door::refuse_origin(request_head const& head, admission& out,
                                                       std::string_view request_id) const {
  auto const over = transport_of(out.client);
  auto const verdict = origins_.judge(head, over);
  out.call->cors = cors_headers(verdict, head.value("origin"));
  if (verdict == origin_verdict::foreign)
    return protocol_error(*out.to.form, 403, "this origin may not call", request_id);
  bool const with_cookie = foreign_cookies_count_ ? !head.value("cookie").empty() : has_session_cookie(head, over);
  bool const unsaid = out.to.where == destination::web_socket && verdict == origin_verdict::none;
  if (with_cookie && (unsaid || may_be_forged(head, verdict))) {
    constexpr std::string_view why = "a call by cookie must say its origin";
    auto refused = protocol_error(*out.to.form, 403, why, request_id);
    if (out.to.form == &better_auth::errors()) refused.body = better_auth::encode_error("MISSING_OR_NULL_ORIGIN", why);
    return refused;
  }
  return std::nullopt;
}

// What is not served there, or not now.
std::optional<http_response> front_door::refuse_place(request_head const& head, route const& to,
                                                      std::string_view request_id) const {
  auto const& form = *to.form;
  if (to.where == destination::nowhere) return protocol_error(form, 404, "no such path", request_id);
  if (!has_method(to, head.method)) {
    auto response = protocol_error(form, 405, "this method is not served here", request_id);
    response.headers = "Allow: " + methods_of(to) + "\r\n";
    return response;
  }
  if (draining_ && to.where != destination::alive) {
    auto response = protocol_error(form, 503, "the server is shutting down", request_id);
    response.headers = "Retry-After: 1\r\n";
    return response;
  }
  if (to.where != destination::web_socket) return std::nullopt;
  auto const fault = upgrade_fault(head);
  if (!fault) return std::nullopt;
  auto response = protocol_error(form, fault->status, fault->why, request_id);
  if (fault->status == 426) response.headers = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
  return response;
}

// The refusals that need no look-up, in the order of the pipeline.
std::optional<http_response> front_door::refuse(request_head const& head, admission& out,
                                                std::string_view request_id) const {
  auto const& form = *out.to.form;
  auto const host = head.value("host");
  if (!is_probe(out.to, host) && !is_allowed_host(host, hosts_))
    return protocol_error(form, 421, "this host is not served here", request_id);
  if (auto refused = refuse_origin(head, out, request_id)) return refused;
  if (out.to.where == destination::preflight) {
    http_response response(204);
    response.headers =
        head.value("origin").empty() ? std::string_view("Allow: GET, HEAD, POST\r\n") : preflight_headers();
    return response;
  }
  if (auto refused = refuse_place(head, out.to, request_id)) return refused;
  if (has_body(head) && !is_json(head.value("content-type")))
    return protocol_error(form, 415, "the body must be application/json", request_id);
  if (auto const coding = coding_of(head); has_body(head) && !coding.empty())
    return unread_coding(form, coding, request_id);
  if (head.content_length.value_or(0) > max_body_bytes(out.to))
    return protocol_error(form, 413, "the body is too large", request_id);
  return std::nullopt;
}

}  // namespace sambung::serving
