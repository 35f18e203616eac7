// index_name: what an index is called in a database: after its table and its columns.
#pragma once

#include <sambung/core/record.hpp>

#include <string>

namespace sambung::detail {

inline std::string index_name(record_description const& table, index const& i) {
  auto name = table.table + (i.unique ? "_unique" : "_by");
  for (auto const& column : i.columns) name += '_' + column;
  return name;
}

}  // namespace sambung::detail
