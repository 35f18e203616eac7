// searched_text: what somebody looks for.
#pragma once

#include <sambung/core/error.hpp>

#include <string_view>

namespace sambung {

// One rule for everybody who searches, here and over HTTP. Throws error(errc::invalid_argument).
inline void demand_searched(std::string_view text) {
  if (!text.empty()) return;
  throw error(failure(errc::invalid_argument, "text: must not be empty", {{"text", "must not be empty"}}));
}

}  // namespace sambung
