// The prices that Sambung brings.
#pragma once

#include <string_view>

namespace sambung {

// In the form of price_list.hpp.
extern std::string_view const standard_prices;

}  // namespace sambung
