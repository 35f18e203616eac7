// command: one subcommand of sambung-server, its options and what runs it.
#pragma once

#include "arguments.hpp"

#include <boost/program_options/options_description.hpp>

#include <functional>
#include <string>
#include <vector>

namespace command_line {

struct command {
  std::string name;
  std::string summary;
  boost::program_options::options_description options;
  // Throws usage_error, sambung::error.
  std::function<void(arguments const&)> run;
};

// Reads `words` by the command's options. Throws usage_error.
arguments parse(command const& by, std::vector<std::string> const& words);

}  // namespace command_line
