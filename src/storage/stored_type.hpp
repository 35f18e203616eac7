// Whether a value is of a column's type. What is damaged may be of another.
#pragma once

#include <sambung/core/record.hpp>
#include <sambung/storage/value.hpp>

namespace sambung::detail {

// Which alternative of `value` a column has.
inline bool has_type(value const& v, column_type type) {
  switch (type) {
    case column_type::boolean:
      return std::holds_alternative<bool>(v);
    case column_type::integer:
    case column_type::timestamp:
      return std::holds_alternative<std::int64_t>(v);
    case column_type::real:
      return std::holds_alternative<double>(v);
    case column_type::text:
    case column_type::json:
      return std::holds_alternative<std::string>(v);
    case column_type::uuid:
      return std::holds_alternative<uuid>(v);
    case column_type::bytes:
      return std::holds_alternative<binary>(v);
  }
  return false;
}

}  // namespace sambung::detail
