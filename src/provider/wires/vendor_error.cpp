#include "provider/wires/vendor_error.hpp"

#include "core/text.hpp"
#include "provider/wires/scrubbing.hpp"

#include <sambung/core/json_codec.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sambung {
namespace {

namespace json = boost::json;

constexpr std::size_t max_sensitive_bytes = 65'536;

bool contains(std::string_view text, std::string_view word) {
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [](char a, char b) { return lower_case(a) == b; }) != text.end();
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<timestamp> http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) return std::nullopt;
  auto const month = std::find(months.begin(), months.end(), text.substr(8, 3));
  auto const day = whole_number<int>(text.substr(5, 2)), year = whole_number<int>(text.substr(12, 4));
  auto const hour = whole_number<int>(text.substr(17, 2)), minute = whole_number<int>(text.substr(20, 2)),
             second = whole_number<int>(text.substr(23, 2));
  if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  std::chrono::year_month_day const date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::optional<std::chrono::milliseconds> wait_of(std::string_view text, double milliseconds_per_unit) {
  double value = 0;
  auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool const parsed = fault == std::errc() && end == text.data() + text.size();
  if (!parsed || !std::isfinite(value) || value < 0) return std::nullopt;
  auto const most = static_cast<double>(max_retry_after.count());
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(value * milliseconds_per_unit, most)));
}

std::string sensitive_text(std::string_view body, std::string_view secret) {
  return without_secret(body.substr(0, max_sensitive_bytes), secret);
}

std::string_view text_member(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  auto const* text = found ? found->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

// The vendor's own words about an error value.
std::string_view words_of(json::value const& error) {
  if (auto const* text = error.if_string()) return *text;
  auto const* object = error.if_object();
  if (!object) return {};
  auto const message = text_member(*object, "message");
  return !message.empty() ? message : text_member(*object, "detail");
}

// A word for programs; a number in its place is written out, unless it only repeats the status.
std::string word_at(json::object const& error, std::string_view name, int status, std::string_view secret) {
  auto const* found = error.if_contains(name);
  if (!found) return {};
  if (auto const* text = found->if_string()) return scrubbed(*text, secret);
  auto const* number = found->if_int64();
  return number && *number != status ? std::to_string(*number) : std::string();
}

vendor_words vendor_words_of(json::value const& error, int status, std::string_view secret) {
  auto const* object = error.if_object();
  if (!object) return {};
  auto const at = [&](std::string_view name) { return word_at(*object, name, status, secret); };
  return {at("type"), at("code"), at("param")};
}

// Every machine-readable word in an error: type, code, status.
std::string codes_of(json::value const& error) {
  std::string codes;
  if (auto const* object = error.if_object())
    for (auto const* name : {"type", "code", "status"}) (codes += text_member(*object, name)) += ' ';
  return codes;
}

bool about_money(std::string_view codes, std::string_view words) {
  return contains(codes, "insufficient_quota") || contains(codes, "billing") ||
         contains(words, "exceeded your current quota") || contains(words, "insufficient credit") ||
         contains(words, "insufficient balance");
}

errc code_of(int status, std::string_view codes, std::string_view words) {
  switch (status) {
    case 400:
    case 422:
      return errc::invalid_argument;
    case 401:
      return errc::unauthenticated;
    case 402:
      return errc::quota_exceeded;
    case 403:
      return errc::permission_denied;
    case 404:
      return errc::not_found;
    case 408:
      return errc::deadline_exceeded;
    case 409:
      return errc::unavailable;
    case 405:
    case 501:
      return errc::unsupported;
    case 413:
      return errc::payload_too_large;
    case 429:
      return about_money(codes, words) ? errc::quota_exceeded : errc::rate_limited;
    default:
      return status >= 500 ? errc::unavailable : errc::provider_error;
  }
}

std::string default_words(int status) {
  if (status >= 300 && status < 400) return "the provider answered with a redirect, which is not followed";
  if (status == 404) return "the provider answered with status 404 and no reason: its base URL may be wrong";
  return "the provider answered with status " + std::to_string(status);
}

// The HTTP status that an error inside of a 2xx stands for; 0 when it names none.
int status_of(json::value const& error, std::string_view codes) {
  if (auto const* object = error.if_object())
    for (auto const* name : {"code", "status"}) {
      auto const* found = object->if_contains(name);
      if (!found) continue;
      if (auto const* i = found->if_int64(); i && *i >= 400 && *i < 600) return static_cast<int>(*i);
      if (auto const* text = found->if_string())
        if (auto const i = whole_number<int>(*text); i && *i >= 400 && *i < 600) return *i;
    }
  if (contains(codes, "rate_limit") || contains(codes, "resource_exhausted")) return 429;
  if (contains(codes, "insufficient_quota")) return 429;
  if (contains(codes, "overloaded")) return 529;
  if (contains(codes, "billing_error")) return 402;
  if (contains(codes, "request_too_large")) return 413;
  if (contains(codes, "timeout_error")) return 504;
  if (contains(codes, "invalid_api_key") || contains(codes, "authentication")) return 401;
  if (contains(codes, "permission")) return 403;
  if (contains(codes, "model_not_found") || contains(codes, "not_found_error")) return 404;
  if (contains(codes, "invalid_request") || contains(codes, "context_length") || contains(codes, "invalid_argument"))
    return 400;
  return 0;
}

}  // namespace

std::string_view find_header(header_view headers, std::string_view lower_case_name) {
  for (auto const& [name, value] : headers)
    if (name.size() == lower_case_name.size() && std::equal(name.begin(), name.end(), lower_case_name.begin(),
                                                            [](char a, char b) { return lower_case(a) == b; }))
      return value;
  return {};
}

std::optional<std::chrono::milliseconds> retry_after_of(header_view headers, timestamp now) {
  if (auto const wait = wait_of(find_header(headers, "retry-after-ms"), 1)) return wait;
  auto const value = find_header(headers, "retry-after");
  if (auto const wait = wait_of(value, 1000)) return wait;
  auto const date = http_date(value);
  if (!date) return std::nullopt;
  return std::clamp(*date - now, std::chrono::milliseconds(0), max_retry_after);
}

std::string request_id_of(header_view headers, std::string_view secret) {
  auto const id = find_header(headers, "x-request-id");
  return scrubbed(id.empty() ? find_header(headers, "request-id") : id, secret);
}

json::value const* error_in(json::value const& body) {
  auto const* at = &body;
  if (auto const* array = body.if_array(); array && !array->empty()) at = &array->front();
  auto const* object = at->if_object();
  if (!object) return nullptr;
  if (text_member(*object, "object") == "error") return at;
  auto const* error = object->if_contains("error");
  if (!error || error->is_null()) return nullptr;
  bool const empty = (error->is_string() && error->get_string().empty()) ||
                     (error->is_object() && error->get_object().empty()) || (error->is_bool() && !error->get_bool());
  return empty ? nullptr : error;
}

failure vendor_failure(int status, header_view headers, std::string_view body, std::string_view secret, timestamp now) {
  json::error_code fault;
  json::value parsed = body.size() <= max_sensitive_bytes ? json::parse(body, fault) : json::value();
  auto const* error = fault ? nullptr : error_in(parsed);
  if (!error && !fault && parsed.is_object()) error = &parsed;
  auto const words = error ? words_of(*error) : std::string_view();
  auto const codes = error ? codes_of(*error) : std::string();
  failure why(code_of(status, codes, words), words.empty() ? default_words(status) : scrubbed(words, secret));
  why.status = status;
  if (error) why.vendor = vendor_words_of(*error, status, secret);
  why.retry_after = retry_after_of(headers, now);
  why.request_id = request_id_of(headers, secret);
  why.sensitive = sensitive_text(body, secret);
  return why;
}

failure vendor_failure(json::value const& error, std::string_view raw, std::string_view secret) {
  auto const codes = codes_of(error);
  auto const words = words_of(error);
  int const status = status_of(error, codes);
  bool const theirs = status == 0 || status >= 500 || status == 408 || status == 409;
  failure why(theirs ? errc::provider_error : code_of(status, codes, words),
              words.empty() ? "the provider reported an error" : scrubbed(words, secret));
  why.status = status;
  why.vendor = vendor_words_of(error, status, secret);
  why.sensitive = sensitive_text(raw, secret);
  return why;
}

failure not_an_answer(std::string message, std::string_view body, std::string_view secret) {
  failure why(errc::provider_error, std::move(message));
  why.sensitive = sensitive_text(body, secret);
  return why;
}

}  // namespace sambung
