#include "copy.hpp"

#include "database.hpp"
#include "progress.hpp"
#include "visible_copy.hpp"

#include <sambung/open/open_storage.hpp>

#include <iostream>

namespace command_line {
namespace {

namespace po = boost::program_options;

void copy(arguments const& given) {
  auto const source = given.required("from");
  auto const target = database_at(given.required("to"), given);
  auto const how = given.has("resume") ? sambung::copy_target::partial : sambung::copy_target::empty;
  auto const from = sambung::open_snapshot(source).value();
  auto const to = sambung::open_storage(target.url, target.migrator_url).value();
  print_table(std::cout, copy_visibly(*from, *to, how));
}

}  // namespace

command copy_command() {
  command made{"copy", "copy a database into another, compare every row",
               po::options_description("copy --from URL --to URL [--resume] [--migrator-url URL]"), copy};
  auto const text = [] { return po::value<std::string>()->value_name("URL"); };
  made.options.add_options()("from", text(), "the database to read, as it is now; it may be in use");
  made.options.add_options()("to", text(), "the empty database to fill; nothing else may use it meanwhile");
  made.options.add_options()("resume", "go on with a copy of the same, unchanged database that was interrupted");
  made.options.add_options()("migrator-url", text(), "PostgreSQL: the role that owns the tables of --to");
  return made;
}

}  // namespace command_line
