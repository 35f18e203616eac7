// Time: UTC, in milliseconds, everywhere.
#pragma once

#include <sambung/core/export.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// A point in time: UTC milliseconds since 1970-01-01.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

// "2026-01-31T12:34:56.789Z" (RFC 3339, always UTC, always three decimals).
SAMBUNG_API std::string to_iso8601(timestamp time);

// The inverse; also takes no or up to nine decimals and a numeric offset. Years 0001 to 9999; empty for anything else.
SAMBUNG_API std::optional<timestamp> parse_iso8601(std::string_view text);

}  // namespace sambung
