// database: the one that options and the environment name.
#pragma once

#include "arguments.hpp"

#include <string>

namespace command_line {

struct database {
  std::string url;
  std::string migrator_url;
};

// The one that the environment names. Throws usage_error.
database configured_database();

// The one of this URL, with the role of --migrator-url or of SAMBUNG_MIGRATOR_URL where it is PostgreSQL's. Throws
// usage_error for a --migrator-url of another database.
database database_at(std::string url, arguments const& given);

}  // namespace command_line
