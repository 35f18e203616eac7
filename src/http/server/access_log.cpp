#include "http/server/access_log.hpp"

#include "core/enum_name.hpp"
#include "core/json_text.hpp"
#include "core/short_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

namespace sambung::serving {
namespace {

constexpr std::size_t max_method_bytes = 20;
constexpr std::size_t max_path_bytes = 500;
constexpr std::size_t max_user_agent_bytes = 200;
constexpr std::size_t max_detail_bytes = 500;
constexpr std::size_t max_event_bytes = 1'000;
constexpr std::size_t usual_line_bytes = 512;

bool is_printable(char c) { return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) <= 0x7E; }

// What is not printable ASCII becomes '?': no escape sequence reaches a terminal, no line break forges a line.
void append_untrusted(std::string& out, std::string_view bytes, std::size_t max_bytes) {
  bytes = bytes.substr(0, max_bytes);
  if (std::ranges::all_of(bytes, is_printable)) return append_json_string(out, bytes);
  std::string printable(bytes);
  std::ranges::replace_if(printable, std::not_fn(is_printable), '?');
  append_json_string(out, printable);
}

// Text without a quote, a backslash or a control character. `key`: as it stands in the line, between a comma and a
// colon.
void append_plain(std::string& out, std::string_view key, std::string_view text) {
  ((out += key) += '"') += text;
  out += '"';
}

// The same with any text; nothing of none.
void append_text(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  out += key;
  append_json_string(out, text);
}

template <class Number>
void append_number(std::string& out, std::string_view key, Number number) {
  std::array<char, 20> digits;
  out += key;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

std::string ended(std::string line) {
  line += "}\n";
  return line;
}

// What every line begins with.
std::string begun(timestamp when, log_level level, std::string_view event) {
  std::string line;
  line.reserve(usual_line_bytes);
  append_plain(line, R"({"time":)", short_text_of(when).view());
  append_plain(line, R"(,"level":)", name_of(level));
  append_text(line, R"(,"event":)", event);
  return line;
}

// What lines of one request have in common.
std::string begun(access_record const& record, log_level level, std::string_view event) {
  auto line = begun(record.time, level, event);
  append_text(line, R"(,"requestId":)", record.request_id);
  append_text(line, R"(,"traceId":)", record.trace_id);
  append_text(line, R"(,"route":)", record.route);
  if (record.who) {
    if (auto const& place = record.who->place())
      append_plain(line, R"(,"tenant":)", short_text_of(place->tenant.value).view());
    append_plain(line, R"(,"user":)", short_text_of(record.who->user().value).view());
  }
  return line;
}

}  // namespace

std::string encode(access_record const& record) {
  auto line = begun(record, record.level, "request");
  line += ",\"remote\":";
  append_json_string(line, record.remote);
  line += ",\"method\":";
  append_untrusted(line, record.method, max_method_bytes);
  line += ",\"path\":";
  append_untrusted(line, record.path, max_path_bytes);
  append_number(line, R"(,"status":)", record.status);
  append_number(line, R"(,"bytes":)", record.bytes);
  append_number(line, R"(,"microseconds":)", record.took.count());
  append_text(line, R"(,"fault":)", record.fault);
  if (!record.detail.empty()) {
    line += ",\"detail\":";
    append_untrusted(line, record.detail, max_detail_bytes);
  }
  line += ",\"userAgent\":";
  append_untrusted(line, record.user_agent, max_user_agent_bytes);
  return ended(std::move(line));
}

std::string encode_slow(access_record const& record) {
  auto line = begun(record, log_level::warn, "slow_request");
  append_number(line, R"(,"status":)", record.status);
  append_number(line, R"(,"microseconds":)", record.took.count());
  return ended(std::move(line));
}

std::string encode_event(timestamp when, std::string_view event, std::string_view message, std::string_view request_id,
                         log_level level) {
  auto line = begun(when, level, event);
  append_text(line, R"(,"requestId":)", request_id);
  line += ",\"message\":";
  append_untrusted(line, message, max_event_bytes);
  return ended(std::move(line));
}

std::string encode_lost(timestamp when, std::uint64_t lines) {
  return encode_event(when, "lines_lost", std::to_string(lines));
}

}  // namespace sambung::serving
