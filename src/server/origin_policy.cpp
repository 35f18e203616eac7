#include "server/origin_policy.hpp"

#include <algorithm>

namespace sambung::serving {
namespace {

bool is_same(std::string_view origin, std::string_view host, cookie_transport over) {
  std::string_view const scheme = over == cookie_transport::secure ? "https://" : "http://";
  return origin.starts_with(scheme) && equals_ignoring_case(origin.substr(scheme.size()), host);
}

}  // namespace

origin_verdict origin_policy::judge(request_head const& head, cookie_transport over) const {
  auto const origin = head.value("origin");
  if (origin.empty()) return origin_verdict::none;
  if (std::ranges::find(listed_, origin) != listed_.end()) return origin_verdict::listed;
  return is_same(origin, head.value("host"), over) ? origin_verdict::same : origin_verdict::foreign;
}

std::string cors_headers(origin_verdict verdict, std::string_view origin) {
  std::string lines = "Vary: Origin\r\n";
  if (verdict != origin_verdict::listed) return lines;
  lines += "Access-Control-Allow-Origin: ";
  lines += origin;
  lines +=
      "\r\nAccess-Control-Allow-Credentials: true\r\n"
      "Access-Control-Expose-Headers: x-request-id, retry-after, retry-after-ms, x-retry-after, x-should-retry, etag, "
      "stream-next-offset, stream-up-to-date, stream-closed, stream-cursor\r\n";
  return lines;
}

bool may_be_forged(request_head const& head, origin_verdict verdict) {
  if (head.method == "GET" || head.method == "HEAD" || head.method == "OPTIONS") return false;
  if (verdict == origin_verdict::same || verdict == origin_verdict::listed) return false;
  return head.value("authorization").empty();
}

std::string_view preflight_headers() {
  return "Access-Control-Allow-Methods: GET, HEAD, POST\r\n"
         "Access-Control-Allow-Headers: authorization, content-type, last-event-id, idempotency-key, if-none-match, "
         "x-tenant-id, "
         "x-request-id, x-sambung-unsupported, x-stainless-arch, x-stainless-lang, x-stainless-os, "
         "x-stainless-package-version, "
         "x-stainless-retry-count, x-stainless-runtime, x-stainless-runtime-version, x-stainless-timeout\r\n"
         "Access-Control-Max-Age: 600\r\n";
}

}  // namespace sambung::serving
