// What add_column::initial_json stands for.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/schema.hpp>
#include <sambung/storage/value.hpp>

namespace sambung::detail {

// The value of a new column in rows that are there already; errc::invalid_argument when it does not fit.
SAMBUNG_API result<value> initial_value(std::string const& initial_json, field const& column);

}  // namespace sambung::detail
