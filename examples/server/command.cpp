#include "command.hpp"

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>

namespace command_line {

namespace po = boost::program_options;

arguments parse(command const& by, std::vector<std::string> const& words) {
  try {
    po::positional_options_description const none;
    int const exact = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::variables_map values;
    po::store(po::command_line_parser(words).options(by.options).positional(none).style(exact).run(), values);
    return arguments(std::move(values));
  } catch (po::error const& e) {
    throw usage_error(e.what());
  }
}

}  // namespace command_line
