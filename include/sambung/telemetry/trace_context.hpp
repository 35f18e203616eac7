// trace_context: where an operation is in its trace; call_origin: which call it is a part of.
#pragma once

#include <sambung/core/export.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// Where a span is in its trace. Source: W3C Trace Context.
struct trace_context {
  std::array<std::uint8_t, 16> trace_id{};
  std::array<std::uint8_t, 8> span_id{};
  bool sampled = false;

  friend bool operator==(trace_context const&, trace_context const&) = default;
};

// "00-<32 hex>-<16 hex>-<2 hex>", in lower case; none for what is no such header: ids of zeros, version ff. Of versions
// to come what 00 has is read.
SAMBUNG_API std::optional<trace_context> parse_traceparent(std::string_view header);
// Of version 00.
SAMBUNG_API std::string to_traceparent(trace_context const& context);
// 32 and 16 lower-case digits.
SAMBUNG_API std::string trace_id_text(trace_context const& context);
SAMBUNG_API std::string span_id_text(trace_context const& context);

// Which call from outside something is done for: kept beside it down to the storage, for spans and slow queries.
struct call_origin {
  std::string request_id;  // what its answer has as x-request-id
  std::optional<trace_context> span;
};

}  // namespace sambung
