#include "backup.hpp"

#include "database.hpp"
#include "progress.hpp"
#include "unfinished_file.hpp"
#include "visible_copy.hpp"

#include <sambung/open/open_storage.hpp>

#include <filesystem>
#include <iostream>

namespace command_line {
namespace {

namespace po = boost::program_options;

std::string url_of(std::filesystem::path const& file) {
  return "sqlite:" + std::filesystem::absolute(file).lexically_normal().string();
}

void back_up(arguments const& given) {
  unfinished_file file(given.required("to"));
  auto const source = given.has("from") ? given.required("from") : configured_database().url;
  auto const from = sambung::open_snapshot(source).value();
  auto to = sambung::open_storage(url_of(file.path())).value();
  auto const report = copy_visibly(*from, *to, sambung::copy_target::empty);
  to.reset();
  if (std::filesystem::exists(file.path().string() + "-wal"))
    throw sambung::error(sambung::errc::unavailable, "SQLite could not finish the file");
  file.publish();
  print_table(std::cout, report);
}

void restore(arguments const& given) {
  std::filesystem::path const file = given.required("from");
  auto const target = given.has("to") ? database_at(given.required("to"), given) : configured_database();
  auto const from = sambung::open_snapshot(url_of(file)).value();
  auto const to = sambung::open_storage(target.url, target.migrator_url).value();
  print_table(std::cout, copy_visibly(*from, *to, sambung::copy_target::empty));
}

auto text(std::string const& name) { return po::value<std::string>()->value_name(name); }

}  // namespace

command backup_command() {
  command made{"backup", "save a database in one file, also while a server runs",
               po::options_description("backup --to FILE [--from URL]"), back_up};
  made.options.add_options()("to", text("FILE"), "the SQLite file to make; refused if it is there");
  made.options.add_options()("from", text("URL"), "the database; SAMBUNG_DATABASE_URL by default");
  return made;
}

command restore_command() {
  command made{"restore", "fill an empty database from such a file",
               po::options_description("restore --from FILE [--to URL] [--migrator-url URL]"), restore};
  made.options.add_options()("from", text("FILE"), "the file that backup made");
  made.options.add_options()("to", text("URL"), "the empty database; SAMBUNG_DATABASE_URL by default");
  made.options.add_options()("migrator-url", text("URL"), "PostgreSQL: the role that owns the tables of --to");
  return made;
}

}  // namespace command_line
