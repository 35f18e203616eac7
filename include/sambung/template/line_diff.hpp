#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

#include <string_view>

namespace sambung {

enum class line_change { same, removed, added };
SAMBUNG_DESCRIBE_ENUM(line_change, same, removed, added)

struct diff_line {
  line_change change = line_change::same;
  std::string text;  // without its end of line
  friend bool operator==(diff_line const&, diff_line const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(diff_line, (), (change, text))

// How `after` comes from `before`: the fewest lines removed and added (Myers, "An O(ND) Difference Algorithm", 1986).
// Texts with more than 1,000 lines that differ are one removed and one added as a whole, between the lines that they
// begin and end with alike.
SAMBUNG_API std::vector<diff_line> line_diff(std::string_view before, std::string_view after);

}  // namespace sambung
