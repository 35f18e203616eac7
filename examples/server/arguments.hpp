// arguments: what was given to a subcommand.
#pragma once

#include <boost/program_options/variables_map.hpp>

#include <optional>
#include <stdexcept>
#include <string>

namespace command_line {

// The command line or the environment is wrong: exit code 2.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

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

}  // namespace command_line
