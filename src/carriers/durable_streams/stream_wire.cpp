#include "carriers/durable_streams/stream_wire.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <limits>

namespace sambung::durable_streams {
namespace {

constexpr std::size_t offset_digits = 20;

// 2024-10-09: as far back as any server of the protocol counts its intervals from.
constexpr std::chrono::sys_days cursor_epoch = std::chrono::year(2024) / 10 / 9;
constexpr std::int64_t interval_seconds = 20;
constexpr std::uint64_t intervals_in_an_hour = 180;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string encode_offset(std::int64_t number) {
  auto const digits = std::to_string(number);
  return std::string(offset_digits - std::min(offset_digits, digits.size()), '0') + digits;
}

std::optional<std::int64_t> decode_offset(std::string_view text) {
  if (text.size() != offset_digits || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  auto const number = whole_number<std::int64_t>(text);
  // Above it stands the mark of a log that has ended.
  if (!number || *number > std::numeric_limits<std::int64_t>::max() / 2) return std::nullopt;
  return number;
}

std::int64_t next_cursor(timestamp now, std::int64_t readers, std::uint64_t noise) {
  auto const passed = std::chrono::floor<std::chrono::seconds>(now - cursor_epoch).count();
  auto const current = std::max<std::int64_t>(passed / interval_seconds, 0);
  if (readers < current) return current;
  return readers + 1 + static_cast<std::int64_t>(noise % intervals_in_an_hour);
}

std::string position_headers(stream_position const& at, std::optional<std::int64_t> cursor) {
  std::string lines;
  append_line(lines, "Stream-Next-Offset", encode_offset(at.next));
  if (at.is_at_tail) append_line(lines, "Stream-Up-To-Date", "true");
  if (at.is_closed) append_line(lines, "Stream-Closed", "true");
  else if (cursor) append_line(lines, "Stream-Cursor", std::to_string(*cursor));
  return lines;
}

std::string etag_of(uuid const& stream, std::int64_t after, stream_position const& at) {
  auto tag = '"' + to_string(stream) + ':' + std::to_string(after) + ':' + std::to_string(at.next);
  return tag += at.is_closed ? ":c\"" : "\"";
}

void append_data(std::string& out, std::string_view messages) {
  out.append("event: data\ndata:").append(messages).append("\n\n");
}

void append_control(std::string& out, stream_position const& at, std::int64_t cursor) {
  out.append("event: control\ndata:{\"streamNextOffset\":\"").append(encode_offset(at.next)).append("\"");
  if (!at.is_closed) out.append(",\"streamCursor\":\"").append(std::to_string(cursor)).append("\"");
  if (at.is_at_tail) out.append(",\"upToDate\":true");
  if (at.is_closed) out.append(",\"streamClosed\":true");
  out.append("}\n\n");
}

}  // namespace sambung::durable_streams
