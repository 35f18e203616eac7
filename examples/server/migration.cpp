#include "migration.hpp"

#include "database.hpp"
#include "interruption.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/open/open_storage.hpp>

#include <iostream>

namespace command_line {
namespace {

namespace po = boost::program_options;

void migrate(arguments const& given) {
  auto const url = given.has("url") ? given.required("url") : configured_database().url;
  auto const target = database_at(url, given);
  auto const opened = sambung::open_storage(target.url, target.migrator_url).value();
  auto const schema = sambung::standard_schema();
  run_until_signal(opened->migrate(schema)).value();
  for (auto const& module : schema->modules())
    std::cout << "module " << module.name() << " is at version " << module.version() << std::endl;
}

}  // namespace

command migrate_command() {
  command made{"migrate", "bring a database to this version",
               po::options_description("migrate [--url URL] [--migrator-url URL]"), migrate};
  auto const text = [] { return po::value<std::string>()->value_name("URL"); };
  made.options.add_options()("url", text(), "the database; SAMBUNG_DATABASE_URL by default");
  made.options.add_options()("migrator-url", text(), "PostgreSQL: the role that owns its tables");
  return made;
}

}  // namespace command_line
