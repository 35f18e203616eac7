// The parse guard: reads one request head (RFC 9112) strictly, before anything else looks at it. What two parsers could
// read differently is refused: that is how requests are smuggled.
#pragma once

#include <boost/system/result.hpp>
#include <sambung/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sambung::serving {

struct header_field {
  std::string_view name;
  std::string_view value;  // without white space around it
};

enum class http_version { http_1_0, http_1_1 };

// A request line and its fields. Lifetime: views into the bytes it was read from.
struct request_head {
  std::string_view method;
  std::string_view target;  // origin-form: "/path?query"
  http_version version = http_version::http_1_1;
  std::vector<header_field> fields;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;

  std::string_view path() const;   // without the query
  std::string_view query() const;  // behind '?'; empty without one

  // The value of a field, its name in lower case; empty when it is not there. Fields that may not repeat do not.
  std::string_view value(std::string_view lower_case_name) const;

  // What the access log tells stays: the request line and "user-agent".
  void keep_for_log();
};

// Why a head is refused. The connection closes after any of them.
struct head_fault {
  int status = 400;
  std::string_view why;
};

// The length of the head at the front of `bytes`, its blank line included; 0 while that has not arrived. `searched`
// bytes were looked at before.
std::size_t find_head_end(std::string_view bytes, std::size_t searched);

// Whether `bytes`, which have no end of a head yet, may become one: refuses early what would otherwise wait for its
// end.
bool may_begin_head(std::string_view bytes, std::size_t searched);

// `head` ends with its blank line. Refused, with 400 unless said otherwise: bare CR or LF, folded lines, white space in
// or around names, control characters; a request line that is not exactly "method SP /target SP HTTP/1.x"; no Host or
// several; several Authorization, Cookie, X-Tenant-ID, Origin, Sec-Fetch-Site, Content-Type, Content-Length,
// Transfer-Encoding, Last-Event-ID, Expect or Idempotency-Key; a Content-Length that is not digits; a Transfer-Encoding
// that is not exactly "chunked", comes with HTTP/1.0 or with a Content-Length; more than `max_fields` fields; 417 for
// an expectation that is not "100-continue".
boost::system::result<request_head, head_fault> parse_request_head(std::string_view head, std::size_t max_fields);

// ASCII only, as field names and host names are compared.
bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace sambung::serving
