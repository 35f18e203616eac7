// cell: a value of Python's whose type is known at run time alone, as those of records that Python describes.
#pragma once

#include "shape.hpp"

#include <sambung/storage/value.hpp>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sambung::python {

struct cell;
using cell_list = std::vector<cell>;
using cell_map = std::vector<std::pair<std::string, cell>>;

// Its special members are not made in place: clang would ask in the midst of them whether a pair with one is
// destructible.
struct cell {
  using any = std::variant<std::monostate, bool, std::int64_t, double, std::string, binary, timestamp,
                           boost::json::value, cell_list, cell_map>;

  cell();
  cell(any of);
  cell(cell const&);
  cell(cell&&) noexcept;
  cell& operator=(cell const&);
  cell& operator=(cell&&) noexcept;
  ~cell();

  any value;
};

template <>
struct own_shape<cell> {
  static shape make() {
    shape s;
    s.what = kind::cell;
    return s;
  }
};

// For a column of a table; what does not fit there the reader is told.
sambung::value column_value(cell const& in, field const& of, json_reader& reader);
cell cell_of(sambung::value const& in, field const& of);
boost::json::value json_of(cell const& in, json_reader& reader);

}  // namespace sambung::python
