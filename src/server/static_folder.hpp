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

// Both by name.
struct folder_listing {
  std::vector<folder_entry> entries;
  std::vector<std::string>
      misnamed;  // files and folders that no path can name; what is in such a folder is not looked at
};

// Without what begins with a dot and without links. errc::not_found, errc::payload_too_large.
result<folder_listing> list_folder(std::string const& folder, static_options const& limits);

// One text for all of it: another when something has changed.
std::string appearance_of(std::vector<folder_entry> const& entries);

// errc::unavailable for what is not there any more, or is larger than it was.
result<std::string> read_entry(std::string const& folder, folder_entry const& entry);

}  // namespace sambung::serving
