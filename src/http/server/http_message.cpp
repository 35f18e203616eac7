#include "http/server/http_message.hpp"

#include "core/json_text.hpp"
#include "core/text.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace sambung::serving {
namespace {

constexpr protocol_fault protocol_faults[] = {
    {400, "bad_request", "BAD_REQUEST"},
    {403, "forbidden_origin", "FORBIDDEN"},
    {404, "no_such_path", "NOT_FOUND"},
    {405, "method_not_allowed", "METHOD_NOT_SUPPORTED"},
    {408, "request_timeout", "TIMEOUT"},
    {413, "payload_too_large", "PAYLOAD_TOO_LARGE"},
    {415, "unsupported_media_type", "UNSUPPORTED_MEDIA_TYPE"},
    {417, "expectation_failed", "EXPECTATION_FAILED"},
    {421, "misdirected_request", "MISDIRECTED_REQUEST"},
    {426, "upgrade_required", "UPGRADE_REQUIRED"},
    {431, "header_too_large", "REQUEST_HEADER_FIELDS_TOO_LARGE"},
    {503, "unavailable", "SERVICE_UNAVAILABLE"},
};

protocol_fault const& fault_of(int status) {
  for (auto const& row : protocol_faults)
    if (row.status == status) return row;
  return protocol_faults[0];
}

// What the storage said, its first line: the next ones may hold what stands in a row. Not what a vendor said: that is
// an answer, or the question again.
std::string detail_of(failure const& why) {
  if (why.status != 0 || why.code == errc::provider_error) return {};
  return why.sensitive.substr(0, why.sensitive.find('\n'));
}

void add_retry_headers(http_response& response, error_form const& form, failure const& why) {
  if (why.retry_after) {
    auto const wait = std::max<std::int64_t>(why.retry_after->count(), 0);
    auto const seconds = std::to_string((wait + 999) / 1000);
    response.headers += "Retry-After: " + seconds + "\r\n";
    response.headers += "retry-after-ms: " + std::to_string(wait) + "\r\n";
    if (auto const also = form.retry_header(); !also.empty())
      response.headers.append(also).append(": ").append(seconds).append("\r\n");
  }
  if (is_permanent(why.code)) response.headers += "x-should-retry: false\r\n";
}

// Of max_fault_bytes, as JSON: the rest is for what stands around them.
constexpr std::size_t max_message_bytes = 1'024;
constexpr std::size_t max_issues_bytes = 6'144;
constexpr std::size_t around_an_issue = 24;
constexpr std::size_t longest_escape = 6;

std::string beginning_of(std::string const& text, std::size_t max_bytes) {
  if (json_string_size(text.substr(0, max_bytes + 1)) <= max_bytes) return text;
  return text.substr(0, whole_characters(text, max_bytes / longest_escape)) + "...";
}

std::size_t size_of(issue const& one) {
  return json_string_size(one.path) + json_string_size(one.message) + around_an_issue;
}

// RFC 9110, 8.6: what has no body says nothing about one.
bool may_have_body(int status) { return status != 204 && status != 304; }

constexpr std::string_view transport_security = "Strict-Transport-Security: max-age=31536000\r\n";

}  // namespace

bool is_permanent(errc code) noexcept {
  return code == errc::conflict || code == errc::already_exists || code == errc::quota_exceeded ||
         code == errc::unsupported || code == errc::data_loss || code == errc::internal;
}

failure shortened(failure why) {
  why.message = beginning_of(why.message, max_message_bytes);
  auto room = max_issues_bytes;
  for (std::size_t i = 0; i < why.issues.size(); ++i) {
    auto& one = why.issues[i];
    one.path = beginning_of(one.path, max_message_bytes);
    one.message = beginning_of(one.message, max_message_bytes);
    if (size_of(one) > room) {
      auto const left_out = why.issues.size() - i;
      why.issues.resize(i);
      why.issues.push_back({"", "and " + std::to_string(left_out) + " more"});
      break;
    }
    room -= size_of(one);
  }
  return why;
}

void note_failure(answer_outcome& outcome, failure const& why) {
  outcome.fault = to_string(why.code);
  outcome.detail = detail_of(why);
}

http_response error_response(error_form const& form, failure const& why, std::string_view request_id) {
  http_response response(info(why.code).http_status);
  response.body = form.encode(shortened(why), request_id);
  note_failure(response, why);
  if (why.code == errc::unauthenticated) response.headers += "WWW-Authenticate: Bearer\r\n";
  add_retry_headers(response, form, why);
  return response;
}

http_response protocol_error(error_form const& form, int status, std::string_view message,
                             std::string_view request_id) {
  auto const& row = fault_of(status);
  http_response response(status);
  response.fault = row.name;
  response.body = form.encode(row, message, request_id);
  return response;
}

void append_head(std::string& out, http_response const& response, head_facts const& facts) {
  auto const reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  out += "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += std::string_view(reason);
  out += "\r\nDate: ";
  out += facts.date;
  out += "\r\nx-request-id: ";
  out += facts.request_id;
  out += "\r\n";
  out += response.security;
  out += "Cache-Control: ";
  out += response.caching;
  out += "\r\n";
  if (facts.https) out += transport_security;
  if (may_have_body(response.status)) {
    out += "Content-Type: ";
    out += response.content_type;
    out += "\r\n";
  }
  if (response.stream) out += "X-Accel-Buffering: no\r\n";
  if (response.stream && facts.chunked) out += "Transfer-Encoding: chunked\r\n";
  if (!response.stream && may_have_body(response.status)) {
    out += "Content-Length: ";
    out += std::to_string(response.content().size());
    out += "\r\n";
  }
  if (!facts.keep_alive) out += "Connection: close\r\n";
  out += facts.cors;
  out += response.headers;
  out += "\r\n";
}

std::string bare_response(std::string_view status, std::string_view more_lines) {
  std::string out = "HTTP/1.1 ";
  out += status;
  out += "\r\nContent-Length: 0\r\nConnection: close\r\n";
  out += json_security;
  out += "Cache-Control: no-store\r\n";
  out += more_lines;
  return out += "\r\n";
}

std::string_view http_date(timestamp now) {
  thread_local std::optional<std::chrono::sys_seconds> last;
  thread_local char text[64];
  auto const seconds = std::chrono::floor<std::chrono::seconds>(now);
  if (last == seconds) return text;
  last = seconds;
  static constexpr char const* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr char const* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto const day = std::chrono::floor<std::chrono::days>(seconds);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const time(seconds - day);
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", days[std::chrono::weekday(day).c_encoding()],
                static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace sambung::serving
