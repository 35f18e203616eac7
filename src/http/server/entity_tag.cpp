#include "http/server/entity_tag.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace sambung::serving {

bool names_tag(std::string_view if_none_match, std::string_view etag) {
  for (std::size_t begin = 0; begin < if_none_match.size();) {
    auto const end = std::min(if_none_match.find(',', begin), if_none_match.size());
    auto one = trim(if_none_match.substr(begin, end - begin));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace sambung::serving
