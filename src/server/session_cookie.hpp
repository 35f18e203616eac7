// The cookie that carries a browser's session: named, signed and encoded as Better Auth's clients know it.
// Source: better-auth, packages/better-auth/src/cookies.
#pragma once

#include "http/server/request_head.hpp"

#include <sambung/rpc/call_context.hpp>
#include <sambung/security/secret.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

// How browsers reach this deployment. A secure cookie is only ever sent over https, and has a name that only https may
// set ("__Secure-").
enum class cookie_transport { plain, secure };

std::string_view session_cookie_name(cookie_transport over);

// The header line, ended by CRLF, that tells a browser about its session: HttpOnly, SameSite=Lax, for every path.
// Precondition: `ring` has a secret.
std::string session_cookie_header(session_change const& change, secret_ring const& ring, cookie_transport over,
                                  std::chrono::seconds lifetime);

// Whether the request has a session cookie, whatever it is worth: then a browser may have sent it on another site's
// behalf.
bool has_session_cookie(request_head const& head, cookie_transport over);

// The line of Better Auth's "dont_remember", the cookie beside a session that is to end with the browser; or the line
// that takes it away again; empty when neither is needed.
std::string passing_cookie_header(session_change const& change, request_head const& head, secret_ring const& ring,
                                  cookie_transport over);

// Whether the session is to outlive the browser that sends its cookie.
bool is_lasting_session(request_head const& head, cookie_transport over);

// What a device is to keep beyond a session, for a year, or as long as its browser runs where the session does not last
// longer: see signed_in::device. Empty when it is to keep what it has.
std::string device_cookie_header(session_change const& change, secret_ring const& ring, cookie_transport over);

// What the device kept, if a secret of `ring` signed it; empty otherwise.
std::string device_from(request_head const& head, secret_ring const& ring, cookie_transport over);

// The session's token, if a secret of `ring` signed it.
std::optional<secret_string> session_token_from(request_head const& head, secret_ring const& ring,
                                                cookie_transport over);

}  // namespace sambung::serving
