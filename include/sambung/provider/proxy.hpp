// proxy_options: the HTTP proxies that a transport goes through.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

#include <functional>
#include <optional>
#include <string>

namespace sambung {

// A proxy is "http://user:password@proxy.example:3128"; "http://", the user and the port may be left out, which is then
// curl's 1080. Nothing but HTTP is spoken to it: https: URLs go through a tunnel (CONNECT) that it cannot look into.
struct proxy_options {
  proxy_options() = default;

  std::string http;   // for http: URLs; empty: none
  std::string https;  // for https: URLs; empty: none

  // Hosts that are connected to directly, as curl understands NO_PROXY: separated by commas or spaces. A name stands
  // for itself and everything below it, with or without a dot in front; an address for itself; "10.0.0.0/8" for a
  // network, if the URL names an address. "*": all. Names are not looked up for this; entries with a port match
  // nothing.
  std::string bypass;
};
SAMBUNG_DESCRIBE_STRUCT(proxy_options, (), (http, https, bypass))
SAMBUNG_API record_description describe_record(record_of<proxy_options>);

// The proxies that the environment names as curl reads it: https_proxy, http_proxy, else all_proxy, and no_proxy, each
// also in capitals; small letters count more. HTTP_PROXY is not read when REQUEST_METHOD is set: to a CGI program it is
// what a client sent as "Proxy:". This machine ("localhost", 127.0.0.0/8, ::1) is always connected to directly.
//
// `variable` gives the value of one that is set. errc::invalid_argument with an issue for each variable that is wrong.
SAMBUNG_API result<proxy_options> proxies_from(
    std::function<std::optional<std::string>(std::string const&)> const& variable);

}  // namespace sambung
