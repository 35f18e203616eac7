// What files and pages may be called in a path: the one place that decides it, before anything is looked up.
#pragma once

#include <string_view>

namespace sambung::serving {

// "assets/app-x4Kd.js": one or more segments of ASCII letters, digits and "-._~@+", none of which begins with a dot.
// So it is no way up, no hidden file, and nothing that could be spelled otherwise, such as "%2f" or "\".
bool is_file_name(std::string_view name);

// "/" is the root and "/search" that path; in "/c/*" the last segment is any that a file's name may have.
bool is_page_pattern(std::string_view pattern);
bool matches_page(std::string_view path, std::string_view pattern);

// Whether the path is for programs, which are told in JSON what is wrong with it, and never given a file.
bool is_for_programs(std::string_view path);

// By the end of the name; "application/octet-stream" where that says nothing. A literal.
std::string_view media_type_of(std::string_view name);

}  // namespace sambung::serving
