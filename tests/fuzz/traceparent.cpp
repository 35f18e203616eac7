// traceparent: what is read is written, of version 00, and read again as the same; texts of spans are harmless.
#include "telemetry/span_text.hpp"

#include <sambung/telemetry/trace_context.hpp>

#include "core/json_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  if (auto const read = sambung::parse_traceparent(bytes)) {
    auto const written = sambung::to_traceparent(*read);
    if (sambung::parse_traceparent(written) != read) std::abort();
    if (bytes.substr(3, 49) != std::string_view(written).substr(3, 49)) std::abort();
  }
  auto const text = sambung::span_text(bytes, 64);
  std::string json;
  sambung::append_json_string(json, text);
  auto const inside = sambung::json_string_inside(std::string_view(json).substr(1));
  bool const steers = std::ranges::any_of(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
  if (text.size() > 64 || steers || !inside) std::abort();
  return 0;
}
