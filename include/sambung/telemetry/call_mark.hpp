// call_mark: a call_origin by value, small and trivial to copy, as a scope carries it down to storage.
#pragma once

#include <sambung/telemetry/trace_context.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sambung {

class call_mark {
 public:
  static constexpr std::size_t max_request_id_bytes = 40;

  // Of no call from outside.
  call_mark() = default;
  // Of a longer request id only the beginning is kept.
  explicit call_mark(call_origin const& of) : call_mark(of.request_id, of.span) {}
  call_mark(std::string_view request_id, std::optional<trace_context> const& span)
      : id_bytes_(static_cast<std::uint8_t>(std::min(request_id.size(), max_request_id_bytes))), span_(span) {
    std::copy_n(request_id.data(), id_bytes_, id_.begin());
  }

  // Empty when nobody said.
  std::string_view request_id() const { return {id_.data(), id_bytes_}; }
  // What is done is a part of; none: nothing traced.
  std::optional<trace_context> const& span() const { return span_; }

  // The same call's, for what is done within `span`.
  call_mark within(std::optional<trace_context> const& span) const { return call_mark(request_id(), span); }

 private:
  std::array<char, max_request_id_bytes> id_{};
  std::uint8_t id_bytes_ = 0;
  std::optional<trace_context> span_;
};

}  // namespace sambung
