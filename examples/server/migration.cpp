#include "migration.hpp"

#include "database.hpp"
#include "interruption.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/open/open_storage.hpp>

#include <boost/asio/thread_pool.hpp>

#include <iostream>

namespace command_line {
namespace {

namespace po = boost::program_options;

using collisions = std::vector<sambung::address_collision>;

sambung::task<collisions> bring(sambung::storage& store, sambung::schema_ref schema, sambung::engine& engine) {
  (co_await store.migrate(std::move(schema))).value();
  auto users = engine.users();
  co_return co_await users.renew_addresses();
}

void print(sambung::address_collision const& one) {
  std::cerr << "the address of user " << to_string(one.other) << " reads like that of user " << to_string(one.kept)
            << ": it stays as it is, and is found by its own spelling alone" << std::endl;
}

void migrate(arguments const& given) {
  auto const url = given.has("url") ? given.required("url") : configured_database().url;
  auto const target = database_at(url, given);
  sambung::engine_options options;
  options.storage = sambung::open_storage(target.url, target.migrator_url).value();
  auto const opened = options.storage;
  auto const schema = sambung::standard_schema();
  boost::asio::thread_pool io(1);
  sambung::engine engine(io.get_executor(), std::move(options));
  for (auto const& one : run_until_signal(bring(*opened, schema, engine))) print(one);
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
