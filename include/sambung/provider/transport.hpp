// transport: the port for HTTP towards model vendors. Bring your own to speak another protocol, or to test an adapter
// without a socket.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/core/task.hpp>
#include <sambung/provider/proxy.hpp>
#include <sambung/telemetry/trace_context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sambung {

using http_headers = std::vector<std::pair<std::string, std::string>>;

struct http_request {
  http_request(std::string method_, std::string url_) : method(std::move(method_)), url(std::move(url_)) {}

  std::string method;
  std::string url;       // absolute, http: or https:, without user name and password
  http_headers headers;  // Host, Content-Length and Connection are the transport's
  std::string body;
  std::optional<trace_context> trace;                 // sent as traceparent, unless a header is one already
  std::chrono::milliseconds connect_timeout{10'000};  // a free connection, name look-up, TCP and TLS
  std::chrono::milliseconds header_timeout{60'000};   // from the request sent to the response's header
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();  // the whole call
};

// The body of a response, as it arrives.
// Thread safety: one read() at a time. Lifetime: independent of its transport. Destroying it before its end closes the
// connection.
class SAMBUNG_API http_body {
 public:
  virtual ~http_body() = default;

  // The next bytes, valid until the next read(); empty at the end of the body. A failure ends it:
  // errc::deadline_exceeded at `deadline` or at the request's, errc::unavailable when the connection broke before the
  // end of the body, errc::provider_error for malformed HTTP.
  virtual task<result<std::string_view>> read(std::chrono::steady_clock::time_point deadline) = 0;
};

struct http_response {
  int status = 0;
  http_headers headers;
  std::unique_ptr<http_body> body;
};

// Thread safety: shared objects are safe to use from any thread and any execution context. Calls complete on the
// caller's executor. Cancelling a call closes its connection.
class SAMBUNG_API transport {
 public:
  virtual ~transport() = default;

  // Completes with the header of the final response, whatever its status: 1xx are skipped, 3xx not followed.
  //
  // Errors: errc::invalid_argument for a URL or a header that cannot be sent; errc::unavailable when the host cannot be
  // reached, the connection breaks before the header, or connect_timeout or header_timeout runs out;
  // errc::permission_denied when the host's certificate does not verify or its address is not allowed: nothing of the
  // request was sent then, and repeating it is useless; errc::deadline_exceeded at the deadline;
  // errc::provider_error for malformed HTTP, a header over its limit, or a content encoding not asked for.
  virtual task<result<http_response>> send(http_request request) = 0;
};

// The addresses of `host`, in order of preference ("192.0.2.1", "2001:db8::1").
using host_resolver = std::function<task<result<std::vector<std::string>>>(std::string host)>;

// Whether the host that a URL names may be connected to at this address ("192.0.2.1", "2001:db8::1").
using address_filter = std::function<bool(std::string_view host, std::string_view address)>;

struct http_transport_options {
  http_transport_options() = default;

  std::size_t max_connections = 512;             // at once to one host; a call waits for one within connect_timeout
  std::chrono::milliseconds keep_alive{30'000};  // so long an idle connection is used again; the next call closes it
  std::string ca_file;                           // PEM to verify hosts with; empty: find_authorities()
  std::size_t max_header_bytes = 16'384;         // of a response
  // Asked about each address that a host resolves to, right before it is connected to: it is that address that is
  // connected to. Those it refuses are left out; none left: errc::permission_denied. Empty allows all. For URLs that
  // are not the operator's: security/address_guard.hpp. Behind a proxy, which looks names up itself, it is asked about
  // addresses and "localhost" in the URL alone; what a name resolves to is then for the proxy to guard.
  address_filter allow_address;
  host_resolver resolve;  // empty: the system's
  proxy_options proxy;
};
SAMBUNG_DESCRIBE_STRUCT(http_transport_options, (), (max_connections, keep_alive, ca_file, max_header_bytes, proxy))
SAMBUNG_API record_description describe_record(record_of<http_transport_options>);

// HTTP/1.1 over TCP, and TLS 1.2 or later with the host's certificate and name verified. Connections are kept alive and
// used again; one the host had closed in the meantime is replaced, once, by a fresh one. Of a host's addresses the
// families take turns: each gets 250 ms before the next is tried beside it, and the first that answers is used (RFC
// 8305 in short).
//
// Errors: errc::invalid_argument for a ca_file that cannot be read and for a proxy that is none.
SAMBUNG_API result<std::shared_ptr<transport>> http_transport(
    http_transport_options options = http_transport_options());

}  // namespace sambung
