// Entity tags of requests (RFC 9110, 8.8.3).
#pragma once

#include <string_view>

namespace sambung::serving {

// Whether `if_none_match`, the header's value, names that tag, which is quoted (RFC 9110, 13.1.2).
bool names_tag(std::string_view if_none_match, std::string_view etag);

}  // namespace sambung::serving
