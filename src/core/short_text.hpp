// short_text: what ids and times look like as text, in memory of the value's own: lists and logs write them by the
// thousand.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/id.hpp>
#include <sambung/core/time.hpp>

#include <array>
#include <string_view>

namespace sambung {

struct short_text {
  std::array<char, 40> characters;
  std::size_t size = 0;

  std::string_view view() const noexcept { return {characters.data(), size}; }
};

// As to_string().
SAMBUNG_API short_text short_text_of(uuid const& id) noexcept;
// As to_iso8601().
SAMBUNG_API short_text short_text_of(timestamp time) noexcept;

}  // namespace sambung
