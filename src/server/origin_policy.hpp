// Which web pages may call, and what their browsers are told about it: CORS (WHATWG Fetch) and the defence against
// requests that another site makes in a user's name.
#pragma once

#include "http/server/request_head.hpp"
#include "server/session_cookie.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sambung::serving {

enum class origin_verdict {
  none,     // no browser's page asks, or it need not say
  same,     // a page of this very server
  listed,   // a page that the operator named
  foreign,  // any other
};

// Thread safety: const is safe from any thread.
class origin_policy {
 public:
  explicit origin_policy(std::vector<std::string> listed) : listed_(std::move(listed)) {}

  // Compares exactly. The same origin has this request's Host for authority, and https as the client uses it.
  origin_verdict judge(request_head const& head, cookie_transport over) const;

 private:
  std::vector<std::string> listed_;
};

// The header lines of a response to a request of this verdict.
std::string cors_headers(origin_verdict verdict, std::string_view origin);

// Whether a browser may have been made to send this by another site, if it has a cookie, which browsers add by
// themselves: it changes something, has no other credential, and does not say who asks.
bool may_be_forged(request_head const& head, origin_verdict verdict);

// What a preflight is told.
std::string_view preflight_headers();

}  // namespace sambung::serving
