// json_issues: how the faults of a JSON input are told.
#pragma once

#include <sambung/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

inline constexpr std::size_t max_json_issues = 100;

// A path as an issue has it: of a long one the beginning, for whoever writes an input names its members.
std::string told_path(std::string_view path);

// errc::invalid_argument with these issues, the first of them in the message.
SAMBUNG_API failure invalid_json(std::vector<issue> issues);

}  // namespace sambung
