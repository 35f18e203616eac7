#include "http/client/tunnel.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <array>

namespace sambung::http {
namespace {

namespace beast = boost::beast;
using response_head = beast::http::response_parser<beast::http::empty_body>;

constexpr std::uint32_t max_head_bytes = 16'384;

failure proxy_failure(errc code, destination const& to, std::string const& why) {
  return {code, "the proxy on the way to " + to.text() + ' ' + why};
}

std::string connect_request(target const& where, proxy const& through) {
  auto const host = where.to.host.find(':') == std::string::npos ? where.to.host : '[' + where.to.host + ']';
  auto const authority = host + ':' + where.to.port;
  auto const authorization = through.authorization.view();
  std::string head;
  head.reserve(128 + 2 * authority.size() + authorization.size());  // so that no copy of the password is left behind
  head.append("CONNECT ").append(authority).append(" HTTP/1.1\r\nHost: ").append(authority).append("\r\n");
  if (!authorization.empty()) head.append("Proxy-Authorization: ").append(authorization).append("\r\n");
  return head.append("\r\n");
}

task<result<void>> write_all(connection& wire, std::string_view bytes, destination const& to, time_point deadline) {
  while (!bytes.empty()) {
    auto const step = wire.write_some(bytes);
    if (step.status == io_status::ok) {
      bytes.remove_prefix(step.bytes);
      continue;
    }
    if (step.status != io_status::wait_write) co_return proxy_failure(errc::unavailable, to, "broke off");
    bool const in_time = co_await wire.wait(direction::write, deadline);
    if (!in_time) co_return too_slow(to);
  }
  co_return result<void>();
}

// The status of the answer. Behind its header nothing may come before we speak.
task<result<int>> read_status(connection& wire, destination const& to, time_point deadline) {
  response_head head;
  head.header_limit(max_head_bytes);
  head.skip(true);
  std::array<char, 2'048> bytes;
  std::string unread;
  while (!head.is_header_done()) {
    auto const step = wire.read_some(bytes);
    if (step.status == io_status::wait_read) {
      bool const in_time = co_await wire.wait(direction::read, deadline);
      if (!in_time) co_return too_slow(to);
      continue;
    }
    if (step.status != io_status::ok) co_return proxy_failure(errc::unavailable, to, "broke off");
    unread.append(bytes.data(), step.bytes);
    beast::error_code fault;
    unread.erase(0, head.put(boost::asio::const_buffer(unread.data(), unread.size()), fault));
    if (fault && fault != beast::http::error::need_more)
      co_return proxy_failure(errc::provider_error, to, "does not speak HTTP");
  }
  bool const opened = head.get().result_int() / 100 == 2;
  if (opened && !unread.empty()) co_return proxy_failure(errc::provider_error, to, "said more than it was asked");
  co_return int(head.get().result_int());
}

}  // namespace

failure credentials_refused() {
  return {errc::permission_denied, "the proxy on the way to the provider wants other credentials"};
}

task<result<void>> open_tunnel(connection& wire, target const& where, proxy const& through, time_point deadline) {
  secret_string const request(connect_request(where, through));
  auto const written = co_await write_all(wire, request.view(), where.to, deadline);
  if (!written) co_return written.error();
  auto const status = co_await read_status(wire, where.to, deadline);
  if (!status) co_return status.error();
  if (*status / 100 == 2) co_return result<void>();
  if (*status == proxy_authentication_required) co_return credentials_refused();
  auto const code = *status >= 500 ? errc::unavailable : errc::permission_denied;
  co_return proxy_failure(code, where.to, "answered " + std::to_string(*status));
}

}  // namespace sambung::http
