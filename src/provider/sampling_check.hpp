// sampling_check: what every model refuses of how it chooses words.
#pragma once

#include <sambung/core/error.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sambung {

// `top_p_name`: as whoever gave it calls it.
inline void add_sampling_faults(std::optional<double> temperature, std::optional<double> top_p, char const* top_p_name,
                                std::vector<issue>& issues) {
  auto const within = [&](char const* name, std::optional<double> value, int highest) {
    if (value && !(*value >= 0 && *value <= highest))
      issues.push_back({name, "must be from 0 to " + std::to_string(highest)});
  };
  within("temperature", temperature, 2);
  within(top_p_name, top_p, 1);
}

}  // namespace sambung
