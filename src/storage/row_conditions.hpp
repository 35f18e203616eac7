// row_conditions: whether a row meets conditions, as every backend understands them.
#pragma once

#include <sambung/storage/query.hpp>

#include <vector>

namespace sambung::detail {

bool is_null(value const& v);
bool holds(condition const& c, value const& stored);
bool all_hold(std::vector<condition> const& conditions, record_description const& table, row const& in);

}  // namespace sambung::detail
