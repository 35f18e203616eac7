#include "database.hpp"

#include <sambung/server/setup/configuration.hpp>

namespace command_line {

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
