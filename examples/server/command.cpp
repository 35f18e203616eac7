#include "command.hpp"

#include <sambung/server/setup/configuration.hpp>

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>

namespace command_line {

namespace po = boost::program_options;

std::optional<std::string> arguments::value(std::string const& option) const {
  auto const& found = values_[option];
  return found.empty() ? std::nullopt : std::optional(found.as<std::string>());
}

std::string arguments::required(std::string const& option) const {
  auto found = value(option);
  if (!found || found->empty()) throw usage_error("--" + option + " is missing");
  return std::move(*found);
}

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

database configured_database() {
  auto const config = sambung::read_database_configuration(sambung::process_environment());
  if (!config) {
    auto const issues = config.error().issues;
    throw usage_error(issues.front().path + ": " + issues.front().message);
  }
  return {config->database_url, config->migrator_url};
}

database database_at(std::string url, arguments const& given) {
  bool const has_roles = sambung::is_shared_database(url);
  auto migrator = given.value("migrator-url");
  if (migrator && !has_roles) throw usage_error("--migrator-url is for a PostgreSQL database only");
  if (!migrator && has_roles) migrator = sambung::process_environment()("SAMBUNG_MIGRATOR_URL");
  return {std::move(url), migrator.value_or("")};
}

}  // namespace command_line
