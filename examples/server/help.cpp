#include "help.hpp"

#include <sambung/server/setup/configuration.hpp>

#include <iomanip>

namespace command_line {
namespace {

using sambung::environment_variable;

// Markdown without its marks.
std::string plain(std::string text) {
  std::erase(text, '`');
  return text;
}

bool is_secret(environment_variable const& one) { return one.seen == sambung::sensitivity::secret; }

void print_variable(std::ostream& out, environment_variable const& one) {
  out << "  " << one.name;
  if (!one.alias.empty()) out << ", else " << one.alias;
  out << ": " << one.form;
  if (one.by_default != "none") out << " [" << plain(one.by_default) << ']';
  if (is_secret(one)) out << " (secret)";
  out << "\n      " << plain(one.meaning) << '\n';
}

}  // namespace

void print_help(std::ostream& out, std::vector<command> const& commands) {
  auto const line = [&](std::string const& words, std::string const& does) {
    out << "sambung-server " << std::left << std::setw(16) << words << does << '\n';
  };
  line("", "serve over HTTP, as the environment says");
  for (auto const& one : commands) line(one.name, one.summary);
  line("COMMAND --help", "the options of a command");
  line("--variables", "the variables below, as a table in Markdown");
  line("--version", "its version");
  out << "\nVariables:\n";
  for (auto const& one : sambung::configuration_variables()) print_variable(out, one);
}

void print_variables(std::ostream& out) {
  out << "| variable | value | is | by default |\n| --- | --- | --- | --- |\n";
  for (auto const& one : sambung::configuration_variables()) {
    out << "| `" << one.name << '`';
    if (!one.alias.empty()) out << ", else `" << one.alias << '`';
    if (is_secret(one)) out << " (secret)";
    out << " | " << one.form << " | " << one.meaning << " | " << one.by_default << " |\n";
  }
}

}  // namespace command_line
