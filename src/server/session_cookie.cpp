#include "server/session_cookie.hpp"

#include "server/cookie.hpp"

#include <sambung/security/token.hpp>

namespace sambung::serving {

std::string_view session_cookie_name(cookie_transport over) {
  return over == cookie_transport::secure ? "__Secure-better-auth.session_token" : "better-auth.session_token";
}

std::string session_cookie_header(session_change const& change, secret_ring const& ring, cookie_transport over,
                                  std::chrono::seconds lifetime) {
  std::string line = "Set-Cookie: ";
  line += session_cookie_name(over);
  line += '=';
  if (!change.token.empty()) line += encode_cookie_value(sign_cookie(change.token.view(), ring.at(0)));
  line += "; Path=/; HttpOnly; SameSite=Lax";
  if (over == cookie_transport::secure) line += "; Secure";
  if (change.token.empty()) line += "; Max-Age=0";
  else if (change.lasting) line += "; Max-Age=" + std::to_string(lifetime.count());
  return line += "\r\n";
}

bool has_session_cookie(request_head const& head, cookie_transport over) {
  return has_cookie(head.value("cookie"), session_cookie_name(over));
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
