// The vendors that the environment can name, and what it says about each.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/open/environment.hpp>
#include <sambung/provider/registry.hpp>

#include <vector>

namespace sambung::opening {

// What the variables of vendor_variables() describe; none: "demo". errc::invalid_argument with an issue for each
// variable that is wrong.
SAMBUNG_API result<provider_registry> vendors_from(environment const& env);

SAMBUNG_API std::vector<environment_variable> vendor_variables();

// The variables that name http addresses of other machines for vendors who get keys: nobody's key is safe on the way.
SAMBUNG_API std::vector<std::string> variables_of_plain_addresses(environment const& env);

}  // namespace sambung::opening
