#include "server/session_cookie.hpp"

#include "http/server/cookie.hpp"

#include <sambung/security/token.hpp>

namespace sambung::serving {
namespace {

std::string_view passing_cookie_name(cookie_transport over) {
  return over == cookie_transport::secure ? "__Secure-better-auth.dont_remember" : "better-auth.dont_remember";
}

std::string_view device_cookie_name(cookie_transport over) {
  return over == cookie_transport::secure ? "__Secure-sambung.device" : "sambung.device";
}

std::string signed_value(std::string_view text, secret_ring const& ring) {
  return text.empty() ? std::string() : encode_cookie_value(sign_cookie(text, ring.at(0)));
}

// Without a value the browser forgets it.
std::string cookie_line(std::string_view name, std::string_view value, cookie_transport over,
                        std::string_view max_age) {
  std::string line = "Set-Cookie: ";
  line.append(name).append("=").append(value).append("; Path=/; HttpOnly; SameSite=Lax");
  if (over == cookie_transport::secure) line += "; Secure";
  line += value.empty() ? "; Max-Age=0" : max_age;
  return line += "\r\n";
}

}  // namespace

std::string_view session_cookie_name(cookie_transport over) {
  return over == cookie_transport::secure ? "__Secure-better-auth.session_token" : "better-auth.session_token";
}

std::string session_cookie_header(session_change const& change, secret_ring const& ring, cookie_transport over,
                                  std::chrono::seconds lifetime) {
  auto const max_age = change.lasting ? "; Max-Age=" + std::to_string(lifetime.count()) : std::string();
  return cookie_line(session_cookie_name(over), signed_value(change.token.view(), ring), over, max_age);
}

std::string passing_cookie_header(session_change const& change, request_head const& head, secret_ring const& ring,
                                  cookie_transport over) {
  bool const passing = !change.token.empty() && !change.lasting;
  if (!passing && is_lasting_session(head, over)) return {};
  return cookie_line(passing_cookie_name(over), signed_value(passing ? "true" : "", ring), over, {});
}

bool is_lasting_session(request_head const& head, cookie_transport over) {
  return !has_cookie(head.value("cookie"), passing_cookie_name(over));
}

bool has_session_cookie(request_head const& head, cookie_transport over) {
  return has_cookie(head.value("cookie"), session_cookie_name(over));
}

std::string device_cookie_header(session_change const& change, secret_ring const& ring, cookie_transport over) {
  if (change.device.empty()) return {};
  return cookie_line(device_cookie_name(over), signed_value(change.device, ring), over,
                     change.lasting ? "; Max-Age=31536000" : "");
}

std::string device_from(request_head const& head, secret_ring const& ring, cookie_transport over) {
  auto const value = find_cookie(head.value("cookie"), device_cookie_name(over));
  auto const device = value ? verify_cookie(*value, ring) : std::nullopt;
  return std::string(device.value_or(std::string_view()));
}

std::optional<secret_string> session_token_from(request_head const& head, secret_ring const& ring,
                                                cookie_transport over) {
  auto value = find_cookie(head.value("cookie"), session_cookie_name(over));
  if (!value) return std::nullopt;
  secret_string const kept(std::move(*value));
  auto const token = verify_cookie(kept.view(), ring);
  if (!token) return std::nullopt;
  return secret_string(std::string(*token));
}

}  // namespace sambung::serving
