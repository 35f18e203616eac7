// Through a proxy that does not look into what it carries (RFC 9110, CONNECT).
#pragma once

#include "http/client/proxy.hpp"
#include "http/client/target.hpp"

namespace sambung::http {

inline constexpr int proxy_authentication_required = 407;

// errc::permission_denied: repeating it is useless.
failure credentials_refused();

// Makes of `wire`, a fresh connection to `through`, one to `where`. errc::unavailable when the proxy cannot reach it or
// breaks off, errc::permission_denied when it refuses to.
task<result<void>> open_tunnel(connection& wire, target const& where, proxy const& through, time_point deadline);

}  // namespace sambung::http
