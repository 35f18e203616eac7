// sambung-server: a whole Sambung server, and what looks after its database.
#include "backup.hpp"
#include "copy.hpp"
#include "help.hpp"
#include "migration.hpp"
#include "owner.hpp"
#include "rewrap.hpp"
#include "service.hpp"
#include "standard_streams.hpp"

#include <sambung/version.hpp>

#include <algorithm>
#include <iostream>

namespace {

using namespace command_line;

constexpr int succeeded = 0;
constexpr int failed = 1;
constexpr int misused = 2;

std::vector<command> commands() {
  return {copy_command(),    backup_command(),       restore_command(),
          migrate_command(), create_owner_command(), rewrap_keys_command()};
}

int run_command(command const& one, std::vector<std::string> const& words) {
  if (std::ranges::find(words, "--help") != words.end()) {
    std::cout << "sambung-server " << one.options;
    return succeeded;
  }
  one.run(parse(one, words));
  return succeeded;
}

int serve_as_configured() {
  auto config = sambung::read_configuration(sambung::process_environment());
  if (!config) {
    std::cerr << sambung::describe(config.error());
    return misused;
  }
  serve(std::move(*config));
  return succeeded;
}

int run(std::vector<std::string> words) {
  if (words.empty()) return serve_as_configured();
  auto const first = words.front();
  words.erase(words.begin());
  if (first == "--help") return print_help(std::cout, commands()), succeeded;
  if (first == "--variables") return print_variables(std::cout), succeeded;
  if (first == "--version") return std::cout << "sambung-server " << sambung::library_version() << "\n", succeeded;
  for (auto const& one : commands())
    if (one.name == first) return run_command(one, words);
  throw usage_error("there is no command " + first);
}

int complain(std::string text, int code) {
  std::ranges::replace(text, '\n', ' ');
  std::cerr << "sambung-server: " << text << '\n';
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  keep_standard_streams();
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (usage_error const& e) {
    return complain(std::string(e.what()) + "; try sambung-server --help", misused);
  } catch (sambung::error const& e) {  // the operator may see what callers may not
    auto const& detail = e.why().sensitive;
    return complain(e.what() + (detail.empty() ? std::string() : ": " + detail), failed);
  } catch (std::exception const& e) {
    return complain(e.what(), failed);
  }
}
