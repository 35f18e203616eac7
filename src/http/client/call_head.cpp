#include "http/client/call_head.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace sambung::http {
namespace {

constexpr std::string_view trace_header = "traceparent";

bool sendable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// Enough for the head, so that it never moves: a copy left behind would hold the caller's key.
std::size_t head_bytes(http_request const& request, target const& where, proxy const* by) {
  auto bytes = 256 + (request.trace ? 128 : 0) + request.method.size() + where.path.size() + 2 * where.authority.size();
  if (by) bytes += by->authorization.view().size();
  for (auto const& [name, value] : request.headers) bytes += name.size() + value.size() + 4;
  return bytes;
}

bool tells_trace(http_request const& request) {
  return request.trace && std::ranges::none_of(request.headers, [](auto const& header) {
           return lower_case(header.first) == trace_header;
         });
}

}  // namespace

result<std::string> encode_head(http_request const& request, target const& where, proxy const* by) {
  if (!is_token(request.method)) return failure(errc::invalid_argument, "the method cannot be sent");
  std::string head;
  head.reserve(head_bytes(request, where, by) + (request.body.size() <= joined_bytes ? request.body.size() : 0));
  head.append(request.method).append(" ");
  if (by) head.append("http://").append(where.authority);
  head.append(where.path).append(" HTTP/1.1\r\nHost: ").append(where.authority);
  head.append("\r\nAccept-Encoding: identity\r\n");
  if (by && !by->authorization.empty())
    head.append("Proxy-Authorization: ").append(by->authorization.view()).append("\r\n");
  for (auto const& [name, value] : request.headers) {
    if (!is_token(name) || !sendable(value))
      return failure(errc::invalid_argument, "a header for the provider holds characters that cannot be sent");
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (tells_trace(request))
    head.append(trace_header).append(": ").append(to_traceparent(*request.trace)).append("\r\n");
  if (!request.body.empty() || request.method != "GET")
    head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  head.append("\r\n");
  if (request.body.size() <= joined_bytes) head += request.body;
  return head;
}

}  // namespace sambung::http
