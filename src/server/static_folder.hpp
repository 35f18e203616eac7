// static_folder: what is in a folder of files that are served, without following a link.
#pragma once

#include <sambung/server/static_files.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sambung::serving {

struct folder_entry {
  std::string name;  // below the folder, with slashes
  std::uint64_t bytes = 0;
  std::int64_t changed = 0;  // nanoseconds
};

// By name, without what begins with a dot and without links. errc::not_found, errc::payload_too_large.
result<std::vector<folder_entry>> list_folder(std::string const& folder, static_options const& limits);

// One text for all of it: another when something has changed.
std::string appearance_of(std::vector<folder_entry> const& entries);

// errc::unavailable for what is not there any more, or is larger than it was.
result<std::string> read_entry(std::string const& folder, folder_entry const& entry);

}  // namespace sambung::serving
