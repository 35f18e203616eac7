// The hits of several tables as one list: by key, the newest first.
#pragma once

#include "services/search/search_sources.hpp"

namespace sambung {

// Behind which hit a page begins.
struct search_place {
  uuid key;
  std::size_t source = 0;
};
std::string to_cursor(search_place const& place);
// Throws error(errc::invalid_argument) for what is no cursor of `sources` sources.
search_place search_place_of(std::string const& cursor, std::size_t sources);

struct merged_rows {
  std::vector<found_row> items;
  std::optional<search_place> next;  // behind the last one, when there are more
};

// Up to `limit` rows. Lifetime: the sources outlive what is found. Throws storage's failures.
task<merged_rows> merged_rows_of(chat_access const& access, std::vector<search_source> const& sources,
                                 std::optional<search_place> after, std::size_t limit);

}  // namespace sambung
