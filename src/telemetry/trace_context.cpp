#include <sambung/telemetry/trace_context.hpp>

#include <algorithm>
#include <span>

namespace sambung {
namespace {

// "00-" trace "-" span "-" flags.
constexpr std::size_t trace_at = 3;
constexpr std::size_t span_at = 36;
constexpr std::size_t flags_at = 53;
constexpr std::size_t header_bytes = 55;

constexpr std::uint8_t sampled_flag = 1;

// Lower case alone, as the source demands.
std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto const high = hex_digit(text[2 * i]);
    auto const low = hex_digit(text[2 * i + 1]);
    if (!high || !low) return false;
    out[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return true;
}

void append_hex(std::string& out, std::span<std::uint8_t const> bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  auto at = out.size();
  out.resize(at + 2 * bytes.size());
  for (auto const byte : bytes) {
    out[at++] = digits[byte >> 4];
    out[at++] = digits[byte & 0xF];
  }
}

bool is_zero(std::span<std::uint8_t const> id) {
  return std::ranges::all_of(id, [](std::uint8_t byte) { return byte == 0; });
}

// A version to come may have more behind the flags, and has what is before them.
bool has_form(std::string_view header) {
  if (header.size() < header_bytes || header[2] != '-' || header[span_at - 1] != '-' || header[flags_at - 1] != '-')
    return false;
  if (header.substr(0, 2) == "00") return header.size() == header_bytes;
  return header.size() == header_bytes || header[header_bytes] == '-';
}

}  // namespace

std::optional<trace_context> parse_traceparent(std::string_view header) {
  if (!has_form(header)) return std::nullopt;
  std::array<std::uint8_t, 1> version{};
  std::array<std::uint8_t, 1> flags{};
  trace_context out;
  if (!read_hex(header, version) || !read_hex(header.substr(trace_at), out.trace_id) ||
      !read_hex(header.substr(span_at), out.span_id) || !read_hex(header.substr(flags_at), flags))
    return std::nullopt;
  if (version[0] == 0xFF || is_zero(out.trace_id) || is_zero(out.span_id)) return std::nullopt;
  out.sampled = (flags[0] & sampled_flag) != 0;
  return out;
}

std::string to_traceparent(trace_context const& context) {
  std::string out;
  out.reserve(header_bytes);
  out += "00-";
  append_hex(out, context.trace_id);
  out += '-';
  append_hex(out, context.span_id);
  out += context.sampled ? "-01" : "-00";
  return out;
}

std::string trace_id_text(trace_context const& context) {
  std::string out;
  append_hex(out, context.trace_id);
  return out;
}

std::string span_id_text(trace_context const& context) {
  std::string out;
  append_hex(out, context.span_id);
  return out;
}

}  // namespace sambung
