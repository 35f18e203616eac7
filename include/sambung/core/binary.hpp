// binary: bytes that are no text: vectors, pieces of files.
#pragma once

#include <sambung/core/export.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// As a member of a record: column_type::bytes. In JSON it is base64.
using binary = std::vector<std::byte>;

// The most that one may have in a record.
inline constexpr std::size_t max_binary_bytes = 1'048'576;

// RFC 4648, section 4: with padding, in one line.
SAMBUNG_API std::string to_base64(binary const& bytes);

// Empty for text that to_base64 never makes.
SAMBUNG_API std::optional<binary> from_base64(std::string_view text);

// Two lower-case digits for each byte.
SAMBUNG_API std::string to_hex(binary const& bytes);

// Of digits in either case; empty for anything else.
SAMBUNG_API std::optional<binary> from_hex(std::string_view text);

}  // namespace sambung
