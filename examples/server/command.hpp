// command: one subcommand of sambung-server, its options and what runs it.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace command_line {

// The command line or the environment is wrong: exit code 2.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What was given.
class arguments {
 public:
  explicit arguments(boost::program_options::variables_map values) : values_(std::move(values)) {}

  bool has(std::string const& option) const { return values_.count(option) > 0; }
  std::optional<std::string> value(std::string const& option) const;
  // Throws usage_error.
  std::string required(std::string const& option) const;

 private:
  boost::program_options::variables_map values_;
};

struct command {
  std::string name;
  std::string summary;
  boost::program_options::options_description options;
  // Throws usage_error, sambung::error.
  std::function<void(arguments const&)> run;
};

// Reads `words` by the command's options. Throws usage_error.
arguments parse(command const& by, std::vector<std::string> const& words);

// A database as options and the environment name it.
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
