#include "http/server/request_head.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>

namespace sambung::serving {
namespace {

using fault = head_fault;

constexpr std::array<std::string_view, 12> single_fields{
    "host",          "authorization", "origin",          "content-type", "content-length", "transfer-encoding",
    "last-event-id", "expect",        "idempotency-key", "cookie",       "x-tenant-id",    "sec-fetch-site",
};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// RFC 9110, section 5.6.2: tchar.
constexpr std::array<bool, 256> token_table() {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto token_characters = token_table();

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return token_characters[static_cast<unsigned char>(c)]; });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto const u = static_cast<unsigned char>(c);
    return u == '\t' || (u >= 0x20 && u != 0x7F);
  });
}

bool is_target(std::string_view text) {
  return !text.empty() && text.front() == '/' && std::all_of(text.begin(), text.end(), [](char c) {
    auto const u = static_cast<unsigned char>(c);
    return u > 0x20 && u < 0x7F && u != '#' && u != '\\';
  });
}

// The next line without its CRLF; empty when `rest` has none or has a bare CR or LF before it.
std::optional<std::string_view> take_line(std::string_view& rest) {
  auto const end = rest.find_first_of("\r\n");
  if (end == rest.npos || rest.substr(end, 2) != "\r\n") return std::nullopt;
  auto const line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

std::optional<fault> parse_request_line(std::string_view line, request_head& out) {
  auto const first = line.find(' ');
  auto const last = line.rfind(' ');
  if (first == line.npos || first == last) return fault{400, "malformed request line"};
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, last - first - 1);
  auto const version = line.substr(last + 1);
  if (!is_token(out.method)) return fault{400, "malformed method"};
  if (!is_target(out.target)) return fault{400, "malformed request target"};
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return fault{400, "unknown protocol version"};
  out.version = version == "HTTP/1.1" ? http_version::http_1_1 : http_version::http_1_0;
  return std::nullopt;
}

std::optional<fault> parse_field(std::string_view line, request_head& out) {
  if (line.front() == ' ' || line.front() == '\t') return fault{400, "folded header line"};
  auto const colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) return fault{400, "malformed header field"};
  auto const value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) return fault{400, "malformed header field"};
  out.fields.push_back({line.substr(0, colon), value});
  return std::nullopt;
}

std::optional<fault> parse_framing(request_head& out) {
  auto const coding = out.value("transfer-encoding");
  auto const length = out.value("content-length");
  auto const has = [&](std::string_view name) {
    return std::any_of(out.fields.begin(), out.fields.end(),
                       [&](auto const& f) { return equals_ignoring_case(f.name, name); });
  };
  if (has("transfer-encoding")) {
    if (coding != "chunked") return fault{400, "unknown transfer encoding"};
    if (out.version == http_version::http_1_0) return fault{400, "transfer encoding with HTTP/1.0"};
    if (has("content-length")) return fault{400, "both transfer encoding and content length"};
    out.chunked = true;
  }
  if (has("content-length")) {
    auto const number = whole_number<std::uint64_t>(length);
    if (!number || length.size() > 18) return fault{400, "malformed content length"};
    out.content_length = *number;
  }
  return std::nullopt;
}

bool has_connection_option(request_head const& head, std::string_view option) {
  for (auto const& f : head.fields) {
    if (!equals_ignoring_case(f.name, "connection")) continue;
    for (std::size_t begin = 0; begin <= f.value.size();) {
      auto const end = std::min(f.value.find(',', begin), f.value.size());
      if (equals_ignoring_case(trim(f.value.substr(begin, end - begin)), option)) return true;
      begin = end + 1;
    }
  }
  return false;
}

std::optional<fault> check_single_fields(request_head const& head) {
  std::array<bool, single_fields.size()> seen{};
  for (auto const& f : head.fields)
    for (std::size_t i = 0; i < single_fields.size(); ++i) {
      if (!equals_ignoring_case(f.name, single_fields[i])) continue;
      if (seen[i]) return fault{400, "a header field that may come once came twice"};
      seen[i] = true;
    }
  if (!seen[0] || head.value("host").empty()) return fault{400, "exactly one host is required"};
  return std::nullopt;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view request_head::path() const { return target.substr(0, target.find('?')); }

std::string_view request_head::query() const {
  auto const mark = target.find('?');
  return mark == target.npos ? std::string_view() : target.substr(mark + 1);
}

std::string_view request_head::value(std::string_view lower_case_name) const {
  for (auto const& f : fields)
    if (equals_ignoring_case(f.name, lower_case_name)) return f.value;
  return {};
}

void request_head::keep_for_log() {
  std::erase_if(fields, [](header_field const& one) { return !equals_ignoring_case(one.name, "user-agent"); });
  fields.shrink_to_fit();
}

std::size_t find_head_end(std::string_view bytes, std::size_t searched) {
  auto const end = bytes.find("\r\n\r\n", searched < 3 ? 0 : searched - 3);
  return end == bytes.npos ? 0 : end + 4;
}

bool may_begin_head(std::string_view bytes, std::size_t searched) {
  if (!bytes.empty() && !token_characters[static_cast<unsigned char>(bytes.front())]) return false;
  for (auto at = bytes.find('\n', searched); at != bytes.npos; at = bytes.find('\n', at + 1))
    if (at == 0 || bytes[at - 1] != '\r') return false;
  return true;
}

boost::system::result<request_head, head_fault> parse_request_head(std::string_view head, std::size_t max_fields) {
  request_head out;
  auto rest = head;
  auto const first = take_line(rest);
  if (!first) return fault{400, "malformed line ending"};
  if (auto wrong = parse_request_line(*first, out)) return *wrong;
  out.fields.reserve(16);
  while (true) {
    auto const line = take_line(rest);
    if (!line) return fault{400, "malformed line ending"};
    if (line->empty()) break;
    if (out.fields.size() == max_fields) return fault{400, "too many header fields"};
    if (auto wrong = parse_field(*line, out)) return *wrong;
  }
  if (auto wrong = check_single_fields(out)) return *wrong;
  if (auto wrong = parse_framing(out)) return *wrong;
  if (auto const expectation = out.value("expect"); !expectation.empty()) {
    if (!equals_ignoring_case(expectation, "100-continue")) return fault{417, "unknown expectation"};
    out.expects_continue = out.version == http_version::http_1_1;
  }
  out.keep_alive = out.version == http_version::http_1_1 && !has_connection_option(out, "close");
  return out;
}

}  // namespace sambung::serving
