#include "storage/row_conditions.hpp"

#include <algorithm>

namespace sambung::detail {

bool is_null(value const& v) { return std::holds_alternative<std::monostate>(v); }

bool holds(condition const& c, value const& stored) {
  if (c.op == comparison::is_null) return is_null(stored);
  if (c.op == comparison::is_not_null) return !is_null(stored);
  if (is_null(stored) || is_null(c.operand)) return false;
  switch (c.op) {
    case comparison::equal:
      return stored == c.operand;
    case comparison::not_equal:
      return stored != c.operand;
    case comparison::less:
      return stored < c.operand;
    case comparison::less_equal:
      return stored <= c.operand;
    case comparison::greater:
      return stored > c.operand;
    default:
      return stored >= c.operand;
  }
}

bool all_hold(std::vector<condition> const& conditions, record_description const& table, row const& in) {
  return std::ranges::all_of(conditions, [&](condition const& c) { return holds(c, in[*table.position(c.column)]); });
}

}  // namespace sambung::detail
